# ./dev format: formats the sources. Needs a JDK from 17 to 24, because the formatter runs on no other.
. "$root/build/dev/lib/maven.sh"

need_tools
# The poms of these modules do not have the plugin; the examples' module formats the sources of the shop
without='!:jobs-bom,!:spring-boot-tests-3,!:spring-boot-tests-4,!:example-spring-boot,!:example-spring-boot-start'
without+=',!:micronaut-tests-4,!:quarkus-tests-3.33,!:quarkus-tests-3.37'
without+=',!:plm-worker-spring,!:shop-definitions,!:shop-web,!:shop-worker'
maven --quiet -Pbenchmarks -pl "$without" com.diffplug.spotless:spotless-maven-plugin:apply
