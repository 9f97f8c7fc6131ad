"""A small training that reports through the released client 0.2.0."""

import threading
import time

from neetbox.daemon import action
from neetbox.logging import logger
from neetbox.pipeline import listen, watch

finished = threading.Event()


def say(log, text):
    """Logs, and goes on where the client raises because its daemon is away."""
    try:
        log(text)
    except Exception as problem:
        print("not told:", text, problem, flush=True)


@action(name="add", description="add two numbers")
def add(a: int, b: float):
    return a + b


@action(name="greet")
def greet(name: str):
    return f"hello {name}"


@action(name="boom")
def boom(x):
    raise RuntimeError(f"boom {x}")


@action(name="rest", description="hears nothing meanwhile", blocking=True)
def rest(seconds: float):
    time.sleep(seconds)
    return "rested"


@action(name="finish")
def finish():
    finished.set()
    return "bye"


@watch("train", interval=2.0)  # in tenths of a second
def metrics():
    return {"loss": 0.25}


@listen("train")
def heard(value):
    say(logger.info, f"watched loss {value['loss']}")


step = 0
while not finished.wait(0.1):
    say(logger.log, f"plain step {step}")
    say(logger.ok, f"checkpoint {step} saved")
    say(logger.info, f"step {step} of many")
    say(logger.debug, f"not sent at this level: {step}")
    say(logger.warn, f"gradient norm high at {step}")
    say(logger.err, f"lost a shard at {step}")
    step += 1
time.sleep(0.3)  # the answer of finish leaves from another thread
