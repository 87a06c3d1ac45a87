module shop {
  requires dev.tenon.jobs.runtime;

  exports other;
  exports shop to
      java.logging;

  opens other to tools.jackson.databind;
  opens shop to java.logging;

  provides dev.tenon.jobs.definition.JobModule with
      shop.ShopJobsModule;
}
