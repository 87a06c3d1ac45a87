package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
@SuppressWarnings("rawtypes")
final class ImportHandler extends Base {}
