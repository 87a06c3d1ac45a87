open module shop {
  requires dev.tenon.jobs.runtime;

  provides dev.tenon.jobs.definition.ModuleDefinition with
      shop.OtherModule,
      shop.ShopJobsModule;
}
