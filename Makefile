# Everything a person types. `make` alone lists the targets; scripts/setup.sh does the installing.
SHELL := /bin/bash
.DEFAULT_GOAL := help

HOST ?= 127.0.0.1
PORT ?= 8000
DEMO ?= 1
export HOST PORT DEMO

PY := .venv/bin/python
FLASK := .venv/bin/flask
PYTEST := .venv/bin/pytest

.PHONY: help run setup setup-dev setup-test test test-fast quarter demo-days bench load faults nightly lint axe manual doctor bundle upgrade deploy-check pin clean

help: ## 列出全部命令
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sort \
	  | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'
	@printf '  %s\n' '变量：HOST PORT DEMO=0（不要演示数据） APT=0（不许安装系统软件） DATABASE_URL SECRET_KEY PYTHON'

setup: ## 准备运行环境：.venv、依赖库、系统库、字体（可反复执行）
	@bash scripts/setup.sh run

setup-dev: ## 在 setup 之上装好 Python 测试库（不装系统软件）
	@bash scripts/setup.sh dev

setup-test: ## 在 setup 之上装好测试工具：Chromium、PostgreSQL、poppler
	@bash scripts/setup.sh test

run: setup ## 一条命令完成全部准备并启动系统（http://127.0.0.1:8000）
	@$(FLASK) init
	@if [ "$(DEMO)" != 0 ]; then $(FLASK) demo; fi
	@exec $(FLASK) serve

test: setup-test lint ## 运行全部检查和测试（SQLite、PostgreSQL、浏览器）
	@scripts/test.sh

test-fast: setup-dev ## 只跑 SQLite、不开浏览器的测试
	@$(PYTEST) -m 'not browser and not postgres'

quarter: setup ## 演练一个季度：逐小时巡查2208次，逐项核对，两次运行结果应完全一致（约10分钟）
	@$(PY) -m scripts.quarter

demo-days: setup-dev ## 在元旦、闰日、春节、星期日等日子各生成一次演示数据，逐页查看（约10分钟；DAYS=2026-02-17T09:00）
	@$(PY) -m scripts.demo_days $(DAYS)

faults: setup-test ## 故障演练：杀进程、磁盘满、只读、数据库重启等，各若干次（TIMES=100）
	@$(PY) -m tests.faults $(or $(TIMES),100)

load: setup-test ## 并发演练：50 人同时办件，只在本机（USERS=50 SECONDS=600；KILL=1 时不断杀掉服务进程）
	@$(PY) -m tests.load $(or $(USERS),50) $(or $(SECONDS),600)

nightly: setup-dev ## 夜间：一百万个随机生成的输入（FUZZ_EXAMPLES 可改），每个角色的每张表单用攻击语句试一遍
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-80000} $(PYTEST) -m 'not postgres' tests/fuzz
	@SWEEP=1 $(PYTEST) -m 'not postgres' tests/trust/test_hostile_forms.py

lint: setup-dev ## 代码风格（ruff）和分层约束（import-linter）
	@$(PY) -m ruff check .
	@.venv/bin/lint-imports

N ?= 10000,100000
ENGINES ?= sqlite,postgresql
bench: setup-test ## 测速：make bench N=10000,1000000 ENGINES=sqlite,postgresql（docs/performance.md）
	@$(PY) -m scripts.bench --sizes $(N) --engines $(ENGINES)

axe: setup-test ## 用 axe 逐页检查无障碍（每个角色看到的每一页，十几分钟）
	@AXE=1 $(PYTEST) tests/browser/test_every_page.py

manual: setup-test ## 重拍用户手册（docs/manual）的配图
	@$(PY) -m scripts.manual

doctor: setup ## 逐项体检：缺什么、怎么补
	@$(FLASK) doctor

bundle: setup ## 打成一个包，供没有网络的机器安装（dist/）
	@bash scripts/bundle.sh

upgrade: ## 一条命令升级：make upgrade BUNDLE=新版本.tar（先备份，失败自动退回）
	@bash scripts/upgrade.sh "$(BUNDLE)"

deploy-check: ## 上线前检查：体检、账号、代理、证书、服务、日志轮换
	@bash scripts/deploy_check.sh

pin: setup-dev ## 把 .venv 中间接依赖的版本写入 constraints.txt
	@bash scripts/pin.sh

clean: ## 删除缓存和 .venv（不动 instance/ 里的数据）
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
