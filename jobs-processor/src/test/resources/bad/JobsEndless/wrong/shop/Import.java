package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
record Import(Folder root) {
  record Folder(String name, Folder parent) {}
}
