/** The API of Tenon, for job types, handlers and callers of jobs. */
// The compiler does not know the module that reads the plans of workflows
@SuppressWarnings("module")
module dev.tenon.jobs.api {
  requires transitive dev.tenon.jobs.annotation;
  requires transitive java.sql;
  requires transitive org.jspecify;
  // Generated sources carry @Generated
  requires static transitive java.compiler;

  exports dev.tenon.jobs;
  exports dev.tenon.jobs.definition;
  exports dev.tenon.jobs.durable;
  exports dev.tenon.jobs.intercept;
  exports dev.tenon.jobs.listen;
  exports dev.tenon.jobs.operate;
  exports dev.tenon.jobs.workflow;
  exports dev.tenon.jobs.internal.plan to
      dev.tenon.jobs.runtime;
}
