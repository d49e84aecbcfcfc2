# The single entry to everything. `make help` lists the targets.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

# Python keeps what it compiled: without that, every start compiles pandas and MLflow anew, which takes seconds.
unexport PYTHONDONTWRITEBYTECODE

# A Python that the command line names has an environment of its own: make test PYTHON=python3.12
NAMED := $(if $(filter command,$(origin PYTHON)),$(PYTHON))
VENV := .venv$(addprefix -,$(notdir $(NAMED)))
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCALSTACK := .venv-localstack
# Tools with environments of their own, .venv-NAME, from infra/NAME/requirements.lock
TOOLS := stand checkov dvc

SCHEMA ?= smart_logistics
SOURCE ?= simulator://smart_logistics
ROWS ?= 10000000
TEST_PROCESSES ?= 4
AIRFLOW ?= 1

# What ml-services-up wrote: where the services are. The environment goes before it; tests never write into them.
ifeq (,$(filter test%,$(MAKECMDGOALS)))
-include .services/env.mk
endif


## Use it
.PHONY: help setup demo pipeline serve ui monitoring runs
help: ## List the targets
	@awk '/^## /{printf "\n%s\n", substr($$0, 4)} \
	  /^[a-z0-9-]+:.*## /{split($$0, part, ":"); sub(/.*## /, ""); printf "  %-22s %s\n", part[1], $$0}' $(MAKEFILE_LIST)

setup: $(READY) ## Make the environment in .venv, every package pinned by hash

demo: $(READY) ## Everything on simulated shipments: a model, the API, traffic, the screen; Ctrl-C ends all (DEMO="--port …")
	@$(BIN)/delay demo $(DEMO)

pipeline: $(READY) ## The main job: SOURCE (default: simulated shipments) by SCHEMA to a promoted model and predictions
	@$(BIN)/delay pipeline --schema "$(SCHEMA)" --source "$(SOURCE)"

serve: $(READY) ## The REST API on http://127.0.0.1:8000, answered by the promoted model (SERVE="--port …")
	@$(BIN)/delay serve --schema "$(SCHEMA)" $(SERVE)

ui: $(READY) ## The planner's screen on http://127.0.0.1:8501, beside make serve (UI="--port … --api-url …")
	@$(BIN)/delay ui $(UI)

monitoring: $(READY) ## Replay later shipments day by day through the serving path, and monitor them (REPLAY="--drift …")
	@$(BIN)/python -m infra.compose up grafana --optional
	@$(BIN)/delay monitor replay --schema "$(SCHEMA)" $(REPLAY)

runs: $(READY) ## List trainings, registered versions and promotion decisions
	@$(BIN)/delay runs --schema "$(SCHEMA)"

## The services it can use
.PHONY: infra-up infra-plan infra-down ml-services-up ml-services-down airflow-up airflow-down pipeline-airflow s3-sync dvc-repro dvc-push dvc-pull
infra-up: $(READY) ## Start S3 and IAM here (4566), and let Terraform create the buckets, policies and roles
	@$(BIN)/python -m infra.terraform up

infra-plan: $(READY) ## Show what differs from the Terraform stack; fails if something does
	@$(BIN)/python -m infra.terraform plan

infra-down: $(READY) ## Save the objects and stop it (PURGE=1 deletes everything)
	@$(BIN)/python -m infra.terraform down $(if $(filter 1,$(PURGE)),--purge)

ml-services-up: $(READY) ## Start PostgreSQL, MLflow (5001) and Airflow (8080; not with AIRFLOW=0): in Docker, or as processes
	@$(BIN)/python -m infra.compose up ml-services $(if $(filter 0,$(AIRFLOW)),,airflow)

ml-services-down: $(READY) ## Stop them, and everything else in Docker; their data stay in .services
	@$(BIN)/python -m infra.compose down

airflow-up: $(READY) ## Start Airflow, and the services that it needs
	@$(BIN)/python -m infra.compose up ml-services airflow

airflow-down: $(READY) ## Stop Airflow alone
	@$(BIN)/python -m infra.compose down airflow

.PHONY: setup-k8s argocd-password k8s-down
setup-k8s: $(READY) ## A Kind cluster in Docker with Argo CD (8088), the API and the UI (REPOSITORY=… REVISION=… to follow another Git)
	@$(BIN)/python -m infra.kubernetes up --repository "$(REPOSITORY)" --revision "$(REVISION)"

argocd-password: $(READY) ## The first password of Argo CD's user admin in that cluster
	@$(BIN)/python -m infra.kubernetes password

k8s-down: $(READY) ## Delete that cluster; the services beside it stay
	@$(BIN)/python -m infra.kubernetes down

.PHONY: grafana-up compose-up
grafana-up: $(READY) ## Start Grafana (3000), Prometheus (9090) and Alertmanager (9093) in Docker
	@$(BIN)/python -m infra.compose up grafana

compose-up: $(READY) ## Start every service in Docker: those above, the API (8000), the UI (8501), Adminer (8081), LocalStack (4566)
	@$(BIN)/python -m infra.compose up all

pipeline-airflow: $(READY) ## Run supply_chain_pipeline in that Airflow and follow it (RUN="--date 2024-12-30 --source …")
	@$(BIN)/python -m infra.airflow $(RUN)

s3-sync: $(READY) ## Mirror data/ and models/ with their buckets, both ways (SYNC=--dry-run to look first)
	@$(BIN)/delay s3-sync $(SYNC)

dvc-repro: $(READY) .venv-dvc/.ready ## Run what changed of the pipeline as DVC versions it: data/shipments.csv, params.yaml (REPRO=…)
	@$(BIN)/python -m infra.dvc repro $(REPRO)

dvc-push: $(READY) .venv-dvc/.ready ## Copy what DVC versions to the bucket of data
	@$(BIN)/python -m infra.dvc push

dvc-pull: $(READY) .venv-dvc/.ready ## Copy it from there
	@$(BIN)/python -m infra.dvc pull

## Keep it right
.PHONY: test-programs test test-fast test-stand test-airflow test-airflow-versions test-k8s test-s3 check lint type-check layers dead-code fix-style
test-programs: ## Install what some tests need of Debian, as root; without it they are skipped, and the run says so
	apt-get update --quiet=2
	apt-get install --quiet=2 --yes --no-install-recommends $$(sed '/^#/d' infra/debian-packages.txt)

test: lint layers dead-code ## Style, types, layers, dead code, and every test, with coverage (PYTHON=python3.12, TEST_PROCESSES=2)
	@$(call beside-types,-W 'ignore:Unable to activate' -m slipcover -m pytest --numprocesses $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder --durations 8)

test-fast: lint layers dead-code ## What one runs while working: the checks, tests/unit, and tests/contract on fakes
	@$(call beside-types,-m pytest --numprocesses 2 --dist loadfile -m "not real" tests/unit tests/contract)

test-stand: $(READY) $(TOOLS:%=.venv-%/.ready) ## Workflows, infrastructure, images and hooks, run for real (PARTS="secrets …", WITHOUT="images …")
	@$(BIN)/python -m infra.stand $(PARTS) $(if $(WITHOUT),--without $(WITHOUT))

test-airflow: $(READY) ## The DAGs in a real Airflow on PostgreSQL, with MLflow and S3: some minutes
	@$(BIN)/python -m pytest -n0 --durations 8 tests/airflow

test-s3: $(READY) $(LOCALSTACK)/.ready ## The S3 tests on LocalStack, which is stricter than moto, in an environment with Python 3.13
	@$(BIN)/python -m infra.localstack $(LOCALSTACK)/bin/python

test-k8s: $(READY) .venv-stand/.ready ## The manifests of k8s/: rendered, checked by schemas, by rules of our own and by promtool
	@$(BIN)/python -m pytest -n0 tests/kubernetes

.PHONY: k8s-rehearsal k8s-containers
k8s-containers: $(READY) ## The pods in real containers by podman, as root: rollout under load, outages, mistakes: some minutes (STEPS="rollout …")
	@$(BIN)/python -m benchmarks.containers $(STEPS)

k8s-rehearsal: $(READY) .venv-stand/.ready ## Deployments by Git on a real API server, in a namespace of its own (KUBECONFIG=…): some minutes
	@$(BIN)/python -m infra.kubernetes.rehearsal --kubeconfig "$(KUBECONFIG)"

test-airflow-versions: $(READY) ## The provider in the Airflow versions that are not in the lock file, 3.1 and 3.2
	@$(BIN)/python -m infra.airflow_versions

.PHONY: images images-test compose-test
images: $(READY) ## Build the images api, ui and train by podman, without a Docker engine (IMAGES="api" for some)
	@$(BIN)/python -m infra.images build $(IMAGES)

images-test: $(READY) .venv-stand/.ready ## Build them, start them for real, list their packages, sign them (IMAGES="api" for some): some minutes
	@$(BIN)/python -m infra.images test $(IMAGES)

compose-test: $(READY) .venv-stand/.ready ## Start the whole compose file on a Docker engine of its own, as root: some minutes
	@$(BIN)/python -m infra.compose test

# Tests wait for servers now and then: TEST_PROCESSES, and the check of types beside them, use that time of two cores.
# What is wrong with types is printed at the end.
beside-types = $(MAKE) --no-print-directory type-check > $(VENV)/types.log 2>&1 & types=$$!; \
  $(BIN)/python $(1); status=$$?; \
  wait $$types || { cat $(VENV)/types.log; status=1; }; exit $$status

check: lint type-check layers dead-code ## The checks that run no test

lint: $(READY) ## Style, by ruff
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .

type-check: $(READY) ## Types, by mypy strict
	@$(BIN)/mypy --no-error-summary

layers: $(READY) ## Who may import whom, by import-linter
	@$(BIN)/lint-imports --no-cache importlinter.ini > $(VENV)/layers.log 2>&1 || { cat $(VENV)/layers.log; exit 1; }

dead-code: $(READY) ## What nobody calls, by vulture
	@$(BIN)/vulture

fix-style: $(READY) ## Let ruff mend what it can
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

## Measure it
.PHONY: bench-start bench-search bench-quality bench-explanations bench-serving bench-outage bench-conformance bench-size bench-stores bench-monitoring bench-worklist bench-ui bench-airflow bench-capacity
bench-start: $(READY) ## Seconds from a command to its end, beside those of importing pandas
	@$(BIN)/python -m benchmarks.start

bench-search: $(READY) ## Seconds of training on 6,000 rows with ten columns of many categories
	@$(BIN)/python -m benchmarks.search

bench-quality: $(READY) ## The README's results anew, rolling origins, streams with shifts, recalibration, oracle, label sets, permuted labels, alternatives (PARTS="tables …" for some)
	@$(BIN)/python -m benchmarks.quality $(PARTS)

bench-explanations: $(READY) ## Milliseconds for the reasons of one shipment
	@$(BIN)/python -m benchmarks.explanations

bench-serving: $(READY) ## The API beside its web server's ceiling and MLflow's: speed, tails, batches, memory (PARTS="speed …")
	@$(BIN)/python -m benchmarks.serving $(PARTS)

bench-outage: $(READY) ## PostgreSQL away for a minute under load, stopped and frozen: answers, p99, drain, nothing lost
	@$(BIN)/python -m benchmarks.outage

bench-conformance: $(READY) ## The API held to its own document by schemathesis, and pelted with what no client should send
	@$(BIN)/python -m benchmarks.conformance

bench-size: $(READY) ## Rows a second and peak memory of a million rows and of ten, beside plain pandas (ROWS=… for fewer)
	@$(BIN)/python -m benchmarks.size --rows $(ROWS)

bench-stores: $(READY) ## The prediction log beside raw COPY, and its queries over ten million predictions (ROWS=… for fewer)
	@$(BIN)/python -m benchmarks.stores --rows $(ROWS)

bench-monitoring: $(READY) ## False pages per model-year, harms paged, drift named, performance estimated (PARTS="decisions …"; ROWS=… for windows)
	@$(BIN)/python -m benchmarks.monitoring $(PARTS)

bench-worklist: $(READY) ## What the worklist saves beside the order by true probability and hand-made orders (PARTS="simulated scms")
	@$(BIN)/python -m benchmarks.worklist $(PARTS)

bench-ui: $(READY) ## The worklist with 10,000 open shipments in Chromium beside a static table of its rows (UI="--rounds …")
	@$(BIN)/python -m benchmarks.ui $(UI)

bench-airflow: $(READY) ## What the Airflow provider adds to imports and to the parsing of a file of 300 tasks
	@$(BIN)/python -m benchmarks.airflow

bench-capacity: $(READY) ## What a prediction costs of a core, and the replicas and databases of 10,000, 100,000, a million a second
	@$(BIN)/python -m benchmarks.capacity

## Deliver it
.PHONY: wheel test-wheel test-source check-tag publish-wheel images-build images-push registry-login image-tag deploy-tags deploy-push
wheel: $(READY) ## Build dist/delay_core-VERSION-py3-none-any.whl
	@rm -rf build dist
	@$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist

test-wheel: wheel ## The tests against the wheel, with src/ out of the way (TESTS="tests/unit …" for some)
	@$(BIN)/python -m infra.wheel_tests wheel dist/*.whl $(TESTS)

test-source: $(READY) ## The tests that read the clone itself, which test-wheel leaves out (SOURCE_TESTS=… for some)
	@$(BIN)/python -m infra.wheel_tests source $(SOURCE_TESTS)

check-tag: $(READY) ## That TAG, such as v0.1.0, names the version of the wheel
	@version=v$$($(BIN)/delay --version); [ "$(TAG)" = "$$version" ] || \
	  { echo "The tag is $(TAG), the version $$version: they must be equal." >&2; exit 1; }

publish-wheel: $(READY) ## Publish dist/*.whl by trusted publishing, in the workflow of a release only
	@$(BIN)/uv publish --trusted-publishing always dist/*.whl

image-tag: $(READY) ## The tag of the images, and whether the manifests lack it
	@$(BIN)/python -m infra.cd tag

images-build: $(READY) ## Build the images for amd64 and arm64 with Docker's buildx, and publish nothing
	@$(BIN)/python -m infra.cd build

images-push: $(READY) ## Build and publish them with SBOM and provenance
	@$(BIN)/python -m infra.cd build --publish

registry-login: $(READY) ## Sign in to their registry as REGISTRY_USER with REGISTRY_TOKEN, from the environment
	@printf '%s' "$$REGISTRY_TOKEN" | \
	  docker login --username "$$REGISTRY_USER" --password-stdin "$$($(BIN)/python -m infra.cd registry)"

deploy-tags: $(READY) ## Commit the images' tag at REVISION (default HEAD) into the production overlay, if it is not there
	@$(BIN)/python -m infra.cd deploy --revision "$(or $(REVISION),HEAD)"

deploy-push: $(READY) ## Push that commit to origin (BRANCH=main), with REPOSITORY_TOKEN where there is one
	@$(BIN)/python -m infra.cd push --branch "$(or $(BRANCH),main)"

## Keep house
.PHONY: hooks lock grafana-dashboards screenshots clean clean-all
hooks: $(READY) .venv-stand/.ready ## Install the hooks of pre-commit: the checks of the files of each commit
	@.venv-stand/bin/pre-commit install

lock: $(READY) ## Resolve pyproject.toml anew into requirements.lock, and the packages of the tools; no registry is named
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --extra dev \
	  --output-file requirements.lock pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.13 \
	  --output-file infra/localstack/requirements.lock infra/localstack/requirements.in
	@for tool in $(TOOLS); do $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	  --output-file infra/$$tool/requirements.lock infra/$$tool/requirements.in || exit; done
	@$(BIN)/uv pip compile $(LOCK_IMAGE) infra/images/build.lock infra/images/build.in
	@$(BIN)/uv pip compile $(LOCK_IMAGE) infra/images/api.lock --extra serve --extra postgres --extra s3 pyproject.toml
	@$(BIN)/uv pip compile $(LOCK_IMAGE) infra/images/ui.lock --extra ui pyproject.toml
	@$(BIN)/uv pip compile $(LOCK_IMAGE) infra/images/train.lock --extra airflow --extra kaggle --extra xlsx pyproject.toml

# Images hold a part of requirements.lock, at the same versions.
LOCK_IMAGE := --quiet --universal --generate-hashes --python-version 3.11 --constraints requirements.lock --output-file

screenshots: $(READY) ## Photograph the pages of a demonstration of its own; those of the docs into docs/images/ui (SCREENSHOTS="worklist …")
	@$(BIN)/python -m infra.screenshots $(SCREENSHOTS)

grafana-dashboards: $(READY) ## Write infra/grafana's dashboards as JSON for Grafana's provisioning
	@$(BIN)/python -m infra.grafana

clean: ## Remove caches, and everything that pipelines put out
	rm -rf delay-data .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist

clean-all: clean ## Remove the environment too
	rm -rf .venv .venv-*

# What no command of the product imports need not be compiled at set-up.
UNUSED := /(tests?|databricks|faker|fontTools|grafana_foundation_sdk|hypothesis|kagglesdk|moto|mypyc?|narwhals|networkx|numba|pip|pygments|schemathesis|setuptools|shap|sympy|wcwidth)/

# A named Python may also be one that pyenv has installed and not activated.
CANDIDATES := $(if $(NAMED),"$(NAMED)" "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/*/bin/$(notdir $(NAMED)),\
  "$(PYTHON)" python3 python3.13 python3.12 python3.11)

$(READY): requirements.lock requirements-uv.lock pyproject.toml
	@python= bare=; for candidate in $(CANDIDATES); do \
	  "$$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || continue; \
	  "$$candidate" -c 'import ensurepip, venv' 2>/dev/null && { python=$$candidate; break; }; bare=$$candidate; done; \
	if [ -z "$$python" ]; then \
	  if [ -n "$$bare" ]; then echo "$$bare has no venv. Install it (Debian: apt install python3-venv), then run make again."; \
	  else echo "No $(or $(NAMED),Python) of version 3.11, 3.12 or 3.13 runs here. Install one" \
	    "(Debian: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3"; fi >&2; exit 1; fi; \
	echo "Making $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q -j 2 -x '$(UNUSED)' $(VENV)/lib src migrations
	@touch $(READY)

$(LOCALSTACK)/.ready: infra/localstack/requirements.lock | $(READY)
	@for python in python3.13 "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.13*/bin/python3.13 ""; do \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null && break; done; \
	if [ -z "$$python" ]; then echo "LocalStack needs Python 3.13, and none runs here. Install one." >&2; exit 1; fi; \
	"$$python" -m venv --clear $(LOCALSTACK)
	@$(BIN)/uv pip install --quiet --python $(LOCALSTACK)/bin/python --require-hashes -r $<
	@touch $@

$(TOOLS:%=.venv-%/.ready): .venv-%/.ready: infra/%/requirements.lock | $(READY)
	@$(BIN)/python -m venv --clear --without-pip .venv-$*
	@$(BIN)/uv pip install --quiet --python .venv-$*/bin/python --no-deps --require-hashes -r $<
	@touch $@
