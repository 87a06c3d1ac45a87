module shop {
  requires dev.tenon.jobs.runtime;

  exports shop;

  provides dev.tenon.jobs.definition.JobModule with
      shop.ShopJobsModule;
}
