module shop {
  requires dev.tenon.jobs.runtime;

  opens shop to tools.jackson.databind;

  provides dev.tenon.jobs.definition.JobModule with
      shop.ShopJobsModule;
}
