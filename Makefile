# Everything here is a plain command that can be typed as well.

.PHONY: build test race lint pictures load ci

build: ## one static binary
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o neetbox-tui .

test:
	go test ./...

race:
	go test -race ./...

lint:
	golangci-lint run ./...

pictures: ## the README's pictures, from the real program
	go run ./tests/picture

load: ## the figures of forwarding, each beside its floor
	go run ./tests/load

ci:
	.ci/run
