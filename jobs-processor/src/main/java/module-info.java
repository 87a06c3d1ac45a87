/** Checks job declarations while they are compiled, and writes the code that runs them. */
// JavaPoet and cron-utils do not have a module descriptor yet, only a name
@SuppressWarnings("requires-automatic")
module dev.tenon.jobs.processor {
  requires static com.google.auto.service;
  requires com.cronutils;
  requires com.palantir.javapoet;
  requires dev.tenon.jobs.annotation;
  requires transitive java.compiler;
  requires java.sql;
  requires static jdk.compiler;
  requires org.jspecify;
  requires tools.jackson.core;

  exports dev.tenon.jobs.processor;

  provides javax.annotation.processing.Processor with
      dev.tenon.jobs.processor.JobsProcessor,
      dev.tenon.jobs.processor.JobsModuleProcessor;
}
