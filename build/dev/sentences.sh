# ./dev sentences [COUNT] [SEED]: draws random sentences from messages, comments and pages, for a reader who has not
# written them. The same seed draws the same sentences from the same sources.
. "$root/build/dev/lib/maven.sh"

need_java
classes=$root/target/words
mkdir -p "$classes"
"${java}c" -d "$classes" "$root/tests/words/src/main/java/dev/tenon/words"/{DrawSentences,Passage,Passages}.java
"$java" -cp "$classes" dev.tenon.words.DrawSentences "$root" "${1:-100}" "${2:-$RANDOM}"
