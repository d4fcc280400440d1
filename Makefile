# IOMMU Ledger. `make run` and `make test` are all that a newcomer needs; the others are named in README.md.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: help run build test properties faults lab lab-all lab-scripts bench format clean

# Found once for every command; says what to install where there is none.
export JAVA_HOME := $(shell bin/find-jdk)
MVN := mvn
BUILT := standalone/target/iommu-ledger.jar
BENCH := bench/target/bench.jar
# Modules that do not need each other are built at the same time.
SIDE_BY_SIDE := -T 2
# For what is meant to take long.
PATIENT := -Dtest.minutes=600
# For throughput: a collector without barriers that cost, and fewer misses of the TLB.
BENCH_JVM := -XX:+UseParallelGC -XX:+UseTransparentHugePages -Xmx1g
SOURCES := $(shell find . -path ./data -prune -o -path '*/target' -prune -o -path '*/src/main/*' -type f -print) \
	$(shell find . -maxdepth 2 -name pom.xml)

help:
	@echo 'make run     build, and start everything in one process (ARGS=--idle for a quiet machine)'
	@echo 'make test    build, and run all tests that need no other machine'
	@echo 'make properties  hold 10,000 random histories against the software IOMMU'
	@echo 'make faults  let every fault happen 200 times (COUNT=N), one line a fault'
	@echo 'make lab     boot a real kernel in QEMU and hold the product against it'
	@echo 'make lab-all everything in the lab on all three kernels'
	@echo 'make lab-scripts KERNEL=6.1|6.12|7.3 SCRIPTS=DIR OUT=DIR'
	@echo '             run vfio-scripts on a real kernel'
	@echo 'make bench   measure against targets (ONLY=NAME for one of them, SCALE=0.01 for a try of the large ones)'
	@echo 'make build   build only'
	@echo 'make format  format the sources'
	@echo 'make clean   remove what was built (data/ stays)'

run: $(BUILT)
	@./iommu-ledger run $(ARGS) || [ $$? -eq 130 ]

build: $(BUILT)

# Made together.
$(BUILT) $(BENCH) &: $(SOURCES) | jdk
	$(MVN) $(SIDE_BY_SIDE) -q -DskipTests package
	@touch $(BUILT) $(BENCH)

test: | jdk
	$(MVN) $(SIDE_BY_SIDE) verify

# The fold against the software IOMMU, after every one of 1,000 operations of each history.
SEQUENCES := 10000
properties: | jdk
	@set -o pipefail; $(MVN) $(PATIENT) -pl native-agent -am -Dproperties.sequences=$(SEQUENCES) -Dtest=RandomHistoriesTest \
		-Dsurefire.failIfNoSpecifiedTests=false -Dtest.output.to.file=false verify | \
		grep --line-buffered -E 'histories of|ERROR|BUILD FAILURE'

# What may break does, each in its turn: F7, say, kills PostgreSQL while it is appended to. `make test` does it less often.
COUNT := 200
faults: | jdk
	@set -o pipefail; $(MVN) $(PATIENT) -Dgroups=fault -Dfaults.count=$(COUNT) -Dtest.output.to.file=false verify 2>&1 | \
		grep --line-buffered -E '^F[0-9]+ .*[0-9]+/[0-9]+$$|^\[ERROR\]|BUILD FAILURE'

lab: $(BUILT)
	lab/setup.sh
	$(MVN) $(PATIENT) -q -pl lab -am -Plab verify

lab-all: $(BUILT)
	lab/setup.sh
	$(MVN) $(PATIENT) -q -pl lab -am -Plab -Dlab.kernels=6.1,6.12,7.3 verify

lab-scripts: $(BUILT)
	@lab/setup.sh
	@cd lab && $(JAVA_HOME)/bin/java -cp target/test-classes io.iommuledger.lab.LabScripts \
		'$(KERNEL)' '$(abspath $(SCRIPTS))' '$(abspath $(OUT))'

# Wants an otherwise quiet machine.
SCALE := 1
bench: $(BUILT) $(BENCH)
	@$(JAVA_HOME)/bin/java $(BENCH_JVM) -Dbench.scale=$(SCALE) -jar $(BENCH) $(ONLY)

format: | jdk
	$(MVN) -q spotless:apply

clean: | jdk
	$(MVN) -q clean

.PHONY: jdk
jdk:
	@[ -n "$(JAVA_HOME)" ]
