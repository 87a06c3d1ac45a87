/** The annotations with which jobs are declared. */
@org.jspecify.annotations.NullMarked
module dev.tenon.jobs.annotation {
  requires transitive org.jspecify;

  exports dev.tenon.jobs.annotation;
}
