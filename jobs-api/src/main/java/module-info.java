/** What job types, handlers and callers of jobs compile against. */
// The modules that read the plans of workflows are not known when this one is compiled
@SuppressWarnings("module")
module dev.tenon.jobs.api {
  requires transitive dev.tenon.jobs.annotation;
  requires transitive java.sql;
  requires transitive org.jspecify;
  // Generated sources bear @Generated
  requires static transitive java.compiler;

  exports dev.tenon.jobs;
  exports dev.tenon.jobs.definition;
  exports dev.tenon.jobs.listen;
  exports dev.tenon.jobs.operate;
  exports dev.tenon.jobs.workflow;
  exports dev.tenon.jobs.internal.plan to
      dev.tenon.jobs.runtime;
}
