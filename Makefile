# The one entry to everything; `make` lists what there is.

CACHE     ?= $(CURDIR)/.cache
DURATION  ?=
KILLS     ?= 20
POWER_CUTS ?= 5
SEEDS     ?= 20
SEED      ?=
EXAMPLES  ?= 40
ONLY      ?=
VERSION   ?=
ROLES     ?= terminal
MUTANTS   ?= $(CURDIR)/.mutants
RELEASE   := .build/release
PACKAGES  := libopencv-core-dev libopencv-imgproc-dev libopencv-dnn-dev \
             libturbojpeg0-dev libpng-dev libexif-dev \
             libv4l-dev libsqlite3-dev libssl-dev python3-venv python3-pip
TEST_PACKAGES := ffmpeg
DEB_PACKAGES  := dpkg-dev patchelf
VM_PACKAGES   := qemu-system-x86 qemu-utils seabios ipxe-qemu mmdebstrap e2fsprogs
ARM64_PACKAGES := $(DEB_PACKAGES) mmdebstrap debian-archive-keyring binutils-aarch64-linux-gnu
ARM64     := $(CACHE)/arm64
SUDO      := $(if $(filter 0,$(shell id -u)),,sudo)
say        = @echo "canteen: $(1)"

# These load all cores; run beside them, the other tests would exceed their time limits.
LONG_TESTS := PowerCutTests|SimulationTests|AttackSetTests|TheatreTests|RecognizerThreadsTests|ScoreModelFit|FaceIndexTests
# The real programs against their own time limits: nothing runs beside them.
PROGRAM_TESTS := SystemTests
TESTING    := CANTEEN_MODELS_DIR="$(CACHE)/models" CANTEEN_PORTRAITS_DIR="$(CACHE)/portraits" \
              CANTEEN_OPENCV_PYTHON="$(CACHE)/opencv-venv/bin/python" \
              CANTEEN_WECHAT_PYTHON="$(CACHE)/wechat-venv/bin/python" \
              CANTEEN_API_PYTHON="$(CACHE)/api-venv/bin/python"

.DEFAULT_GOAL := help
DEB_ARCH   = $(shell dpkg --print-architecture)

.PHONY: help packages models portraits build release demo crash-test simulate theatre bench deb install test-deb test-vm test-api test-network test mutants \
        test-tools arm64-sdk arm64 test-arm64 lint lint-services lint-units format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

packages: ## install the Debian packages that the build needs
	@missing=$$(for name in $(PACKAGES); do \
	    dpkg-query -W -f '$${Status}' $$name 2>/dev/null | grep -q 'ok installed' || echo $$name; done); \
	if [ -n "$$missing" ]; then \
	  echo "canteen: installing" $$missing; \
	  $(SUDO) apt-get update -qq && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi

models: ## fetch and check the two recognition models
	@tools/fetch-models.sh "$(CACHE)/models"

portraits: ## fetch and check the portraits for the demo and the tests
	@tools/fetch-portraits.sh "$(CACHE)/portraits"

build: packages ## build everything for debugging
	swift build

release: packages ## build the programs for use
	$(call say,building the programs; the first time takes about seven minutes)
	@swift build -c release --static-swift-stdlib

demo: release models portraits ## play a canteen; DURATION=30 stops by itself and prints figures
	@$(RELEASE)/canteen-demo --programs $(RELEASE) --cache "$(CACHE)" $(if $(DURATION),--duration $(DURATION))

crash-test: release models portraits ## kill the programs KILLS times under load, compare the books
	@$(RELEASE)/canteen-crash-test --programs $(RELEASE) --cache "$(CACHE)" --kills $(KILLS) $(if $(SEED),--seed $(SEED))

simulate: release ## play SEEDS whole lunches under virtual time, or tell the story of one SEED
	@$(RELEASE)/canteen-simulate $(if $(SEED),--seed $(SEED),--seeds $(SEEDS))

theatre: release models portraits ## play SEEDS films of several people before a till, and a queue; see whom it charges
	@$(RELEASE)/canteen-theatre --portraits "$(CACHE)/portraits" --models "$(CACHE)/models" --seeds $(SEEDS)

test-api: release models portraits ## hold till and gateway to docs/openapi with schemathesis; EXAMPLES=100 tries harder
	@tools/api-venv.sh "$(CACHE)/api-venv"
	@"$(CACHE)/api-venv/bin/python" tools/test-api.py --programs $(RELEASE) --cache "$(CACHE)" \
	  --examples $(EXAMPLES) $(if $(SEED),--seed $(SEED))

bench: release models portraits ## measure ledger, gateway, lunch, search, memory, vision, capture; ONLY="search" measures a section
	@tools/search-venv.sh "$(CACHE)/search-venv" || echo "canteen: measuring without FAISS and numpy" >&2
	@tools/opencv-venv.sh "$(CACHE)/opencv-venv" || echo "canteen: measuring without opencv-python 4" >&2
	@tools/opencv-venv.sh "$(CACHE)/opencv5-venv" 5.0.0.93 || echo "canteen: measuring without opencv-python 5" >&2
	@tools/dlib-venv.sh "$(CACHE)/dlib-venv" || echo "canteen: measuring without face_recognition" >&2
	@$(RELEASE)/canteen-bench --programs $(RELEASE) --cache "$(CACHE)" $(foreach section,$(ONLY),--only $(section))

deb: PACKAGES += $(DEB_PACKAGES)
deb: release ## make dist/canteen-terminal and dist/canteen-gateway, .deb; VERSION=1.2.3
	@for role in terminal gateway; do tools/make-deb.sh --role $$role --arch $(DEB_ARCH) \
	  --programs $(RELEASE) --output dist $(if $(VERSION),--version $(VERSION)) || exit; done

install: deb ## install this machine's packages; ROLES="gateway" only that one
	@$(SUDO) apt-get install -y --allow-downgrades \
	  $(foreach role,$(ROLES),$$(ls -t ./dist/canteen-$(role)_*_$(DEB_ARCH).deb | head -n 1))

test-vm: PACKAGES += $(DEB_PACKAGES) $(VM_PACKAGES)
test-vm: deb models portraits ## on a virtual machine: pull out and stall the camera, crash the display, hang the till, cut the power POWER_CUTS times; as root
	@newest() { ls -t dist/canteen-$$1_*_amd64.deb | head -n 1; }; \
	tools/vm-image.sh "$(CACHE)/vm" "$$(newest terminal)" && \
	$(RELEASE)/canteen-vm-test --programs $(RELEASE) --cache "$(CACHE)" --power-cuts $(POWER_CUTS) \
	  --terminal-package "$$(newest terminal)" --gateway-package "$$(newest gateway)" \
	  $(if $(SEED),--seed $(SEED)) $(if $(NEGATIVE_CONTROL),--negative-control)

test-deb: PACKAGES += $(DEB_PACKAGES) mmdebstrap lintian iproute2 sqlite3 curl
test-deb: release models portraits ## install both packages in a separate Debian; sell, upgrade, downgrade, remove and purge; as root
	@tools/test-deb.sh --programs $(RELEASE) --cache "$(CACHE)"

test-network: PACKAGES += iproute2 ethtool curl
test-network: release models portraits ## sell at three tills and attack them in network namespaces, on a wire that delays and loses; as root
	@tools/api-venv.sh "$(CACHE)/api-venv"
	@$(SUDO) "$(CACHE)/api-venv/bin/python" tools/test-network.py --programs $(RELEASE) --cache "$(CACHE)" \
	  $(foreach attacker,$(ONLY),--only $(attacker)) $(if $(SEED),--seed $(SEED))

mutants: test-tools ## break a copy of the product on purpose, one fault at a time, and see that a test notices; ONLY="void refund"
	@$(TESTING) tools/mutants.py --copy "$(MUTANTS)" $(foreach part,$(ONLY),--only $(part))

test-tools: PACKAGES += $(TEST_PACKAGES)
test-tools: packages models portraits ## fetch what the tests compare with
	@tools/opencv-venv.sh "$(CACHE)/opencv-venv"
	@tools/wechat-venv.sh "$(CACHE)/wechat-venv"
	@tools/api-venv.sh "$(CACHE)/api-venv"

test: test-tools lint lint-services ## run every test
	@swift build --build-tests
	@$(TESTING) swift test --skip-build --skip "$(LONG_TESTS)|$(PROGRAM_TESTS)"
	@$(TESTING) swift test --skip-build --filter "$(LONG_TESTS)"
	@$(TESTING) swift test --skip-build --filter "$(PROGRAM_TESTS)"

arm64-sdk: packages
	@$(SUDO) tools/arm64-sdk.sh "$(ARM64)"

arm64: PACKAGES := $(ARM64_PACKAGES)
arm64: arm64-sdk ## build programs and packages for Debian 13 boxes with arm64
	@$(SUDO) tools/arm64-build.sh "$(ARM64)" canteend canteenctl canteen-gateway
	@for role in terminal gateway; do \
	  tools/make-deb.sh --role $$role --arch arm64 --programs "$(ARM64)/programs" --sysroot "$(ARM64)/sysroot" \
	    --output dist || exit 1; \
	done

test-arm64: PACKAGES += $(ARM64_PACKAGES) qemu-user-static
test-arm64: arm64-sdk models portraits ## prove the arm64 programs under emulation; ends with one line of figures
	@$(SUDO) tools/arm64-build.sh "$(ARM64)" canteend canteenctl canteen-gateway canteen-sandbox canteen-demo tests
	@swift build --product portrait-template
	@tools/arm64-proof.py --sdk "$(ARM64)" --cache "$(CACHE)" --template-here .build/debug/portrait-template

lint: ## check the format of the code, and the targets in docs/architecture.md
	@swift format lint --strict --parallel --recursive Package.swift Sources Tests
	@tools/check-architecture.py

lint-services: PACKAGES += systemd
lint-services: packages
	@tools/check-units.sh

lint-units: PACKAGES += mmdebstrap
lint-units: lint-services ## verify systemd units and udev rules, and how exposed the daemons are
	@tools/verify-udev-rules.sh "$(CACHE)/udev-trixie"

format: ## format the code
	@swift format --in-place --parallel --recursive Package.swift Sources Tests

clean: ## remove what was built, not what was fetched
	rm -rf .build .mutants .demo .crash-test .vm-test dist
