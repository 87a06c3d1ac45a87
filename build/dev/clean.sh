# ./dev clean: deletes everything that was built.
. "$root/build/dev/lib/maven.sh"

need_tools
maven --quiet clean
rm -rf "$root/target" "$root/examples/plm/web/target"
