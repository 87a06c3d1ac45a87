module shop {
  requires dev.tenon.jobs.runtime;

  exports shop to
      java.logging,
      tools.jackson.databind;

  provides dev.tenon.jobs.definition.JobModule with
      shop.ShopJobsModule;
}
