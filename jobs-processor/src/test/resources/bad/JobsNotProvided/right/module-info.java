module shop {
  requires dev.tenon.jobs.runtime;

  provides dev.tenon.jobs.definition.JobModule with
      shop.ShopJobsModule;
}
