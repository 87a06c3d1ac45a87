package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import jakarta.validation.groups.ConvertGroup;
import jakarta.validation.groups.Default;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("shop.import")
record Import(
    @NotBlank(groups = Late.class) String file,
    @Size.List(@Size(max = 3, groups = Late.class)) String code,
    @Valid @ConvertGroup(from = Default.class, to = Late.class) Item item) {

  interface Late {}

  record Item(@NotBlank String sku) {}
}
