# Everything here is a plain command that can be typed as well.

.PHONY: build test race lint golden pictures load ci

build: ## one static binary
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o neetbox-tui .

test:
	go test ./...

race:
	go test -race ./...

lint:
	golangci-lint run ./...

golden: ## write the screens' snapshots anew; look at what changed before you commit it
	go test $$(grep -rl 'x/exp/golden' --include='*_test.go' tui tests | xargs -n1 dirname | sort -u | sed 's|^|./|') -update

pictures: ## the README's pictures, from the real program
	go run ./tests/picture

load: ## the figures of forwarding, each beside its floor
	go run ./tests/load

ci:
	.ci/run
