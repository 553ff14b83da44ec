# Short names for what castad_cli/bootstrap.py does; it needs no make.
PYTHON ?= python3
BOOTSTRAP = $(PYTHON) castad_cli/bootstrap.py

.PHONY: setup test check bench crashes posts keyring docs lock clean

setup:  ## make .venv and get everything that a rendering needs
	$(BOOTSTRAP) setup

test:  ## run the tests; ARGS go to pytest: make test ARGS="tests/cli -k help"
	$(BOOTSTRAP) test $(ARGS)

check:  ## the linter, the type checker, the import rules
	$(BOOTSTRAP) check

bench:  ## the benchmarks
	$(BOOTSTRAP) bench $(ARGS)

crashes:  ## two hundred workers killed at chance while they buy words and music
	CASTAD_TEST_CRASHES=200 $(BOOTSTRAP) test tests/generate/test_crashes.py -s

posts:  ## every platform killed at every step and overtaken at each, also on PostgreSQL; two hundred kills of a batch
	CASTAD_TEST_ALL_STEPS=1 CASTAD_TEST_ALL_ZOMBIES=1 $(BOOTSTRAP) test tests/contracts/test_publishers_on_postgres.py \
		tests/publish -k "killed or zombie"
	CASTAD_TEST_KILLS=200 CASTAD_TEST_POSTS=30 $(BOOTSTRAP) test tests/contracts/test_publishing_on_a_cluster.py -s

keyring:  ## the accounts' key in a real Secret Service; needs gnome-keyring and dbus on this machine
	$(BOOTSTRAP) test tests/publish/secret_service.py

docs:  ## write docs/reference anew from the program
	$(BOOTSTRAP) docs

gallery:  ## every template in every format and language, tried and pictured in docs/gallery.md
	CASTAD_WHOLE_MATRIX=1 $(BOOTSTRAP) test tests/templates
	.venv/bin/python docs/write_gallery.py

lock:  ## write castad_cli/constraints.txt anew from .venv
	$(BOOTSTRAP) lock

clean:  ## take away .venv and what tools leave behind
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis htmlcov
