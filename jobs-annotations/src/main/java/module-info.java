/** The annotations that declare jobs. */
// The modules that share the internal package are not known when this one is compiled
@SuppressWarnings("module")
@org.jspecify.annotations.NullMarked
module dev.tenon.jobs.annotation {
  requires transitive org.jspecify;

  exports dev.tenon.jobs.annotation;
  exports dev.tenon.jobs.internal.codes to
      dev.tenon.jobs.api,
      dev.tenon.jobs.dashboard,
      dev.tenon.jobs.runtime,
      dev.tenon.jobs.spring.test,
      dev.tenon.jobs.testing;
}
