package shop;

import dev.tenon.jobs.annotation.JobType;
import org.jspecify.annotations.Nullable;

@JobType("shop.import")
record Import(Folder root) {
  record Folder(String name, @Nullable Folder parent) {}
}
