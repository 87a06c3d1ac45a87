package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
final class Import {
  String file;
}
