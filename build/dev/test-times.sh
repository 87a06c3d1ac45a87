# ./dev test-times: prints how long the last rounds took. Needs only Java.
. "$root/build/dev/lib/maven.sh"
. "$root/build/dev/lib/rounds.sh"

need_java
test_run times "$root"
