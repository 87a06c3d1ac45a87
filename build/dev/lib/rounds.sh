# Runs rounds of tests, each in one run of Maven, and prints the summary of all of them. Needs lib/maven.sh.

summary=''
flaky=''
passed=0
failed=0

# summarize WHAT RESULT SECONDS TESTS
summarize() {
  local took=''
  if [ -n "$3" ]; then
    took=$(printf '%d:%02d' $(($3 / 60)) $(($3 % 60)))
  fi
  summary+=$(printf '  %-32s %-10s %6s %8s' "$1" "$2" "$took" "$4")$'\n'
}

print_summary() {
  printf '\n%s%s%s' "$bold" "$(printf '  %-32s %-10s %6s %8s' what result 'm:ss' tests)" "$plain"
  printf '\n%s\n' "$summary"
  if [ -n "$flaky" ]; then
    printf 'These tests failed, and passed when they were repeated. Each hides a defect in the test or in Tenon:\n%s\n' "$flaky"
  fi
  printf '%d passed, %d failed\n' "$passed" "$failed"
}

reports() { find "$root" -path '*/target/surefire-reports/TEST-*.xml' "$@"; }

# count ATTRIBUTE: prints the sum of tests, failures, errors or skipped over all reports
count() {
  reports -exec sed -n "s/^<testsuite .* $1=\"\([0-9]*\)\".*/\1/p" {} + |
    awk '{ sum += $1 } END { print sum + 0 }'
}

# Prints the tests that passed only when they were repeated, one per line. Tests are repeated if
# -Dsurefire.rerunFailingTestsCount is given.
flaky_tests() {
  reports -exec awk '
    /<testcase / {
      name = $0; sub(/.* name="/, "", name); sub(/".*/, "", name)
      class = $0; sub(/.* classname="/, "", class); sub(/".*/, "", class)
    }
    /<flaky(Failure|Error)/ { print "  " class "." name }' {} + | sort -u
}

# Shows the output of a test run, and how long its classes took; tests/TestRun.java explains it.
test_run() { "$java" "$root/tests/TestRun.java" "$@"; }

# round NAME WHAT MAVEN-ARGUMENT...: runs a round and adds a line to the summary; ends the script if Maven fails. The
# name is that of the round in tests/times.tsv.
round() {
  local name=$1 what=$2 start=$SECONDS status=0 more tests wrong
  shift 2
  say "$what"
  reports -delete
  maven "$@" 2>&1 | test_run watch "$root" "$name" || status=$?
  more=$(flaky_tests)
  flaky+=${more:+$more$'\n'}
  tests=$(count tests)
  wrong=$(($(count failures) + $(count errors)))
  passed=$((passed + tests - wrong - $(count skipped)))
  failed=$((failed + wrong))
  if [ "$status" -ne 0 ]; then
    summarize "$what" FAILED $((SECONDS - start)) "$tests"
    print_summary
    printf 'dev: "%s" failed. The reports of its tests are in target/surefire-reports of each module,' "$what" >&2
    printf ' the output of test servers in its target/test-servers.\n' >&2
    exit "$status"
  fi
  summarize "$what" ok $((SECONDS - start)) "$tests"
}

# Prints the servers that the tests will share, for readers of the log.
shared_servers() {
  local postgres='one for each test JVM' rabbitmq='one for each test JVM'
  if [ -n "${TENON_TEST_PG_URL:-}" ]; then
    postgres="the one of TENON_TEST_PG_URL"
  fi
  if [ -n "${TENON_TEST_AMQP_URI:-}" ]; then
    rabbitmq="the one of TENON_TEST_AMQP_URI"
  elif answers 5672; then
    rabbitmq="the one on 127.0.0.1:5672 if rabbitmqctl may administer it, otherwise one for each test JVM"
  fi
  printf 'PostgreSQL: %s. RabbitMQ: %s.\n' "$postgres" "$rabbitmq"
}

answers() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }
