package shop;

import dev.tenon.jobs.annotation.CheckedBy;

@CheckedBy(value = Check.class, method = "isAnnotated")
@interface WithAnnotations {
  Deprecated one();

  SuppressWarnings[] many();
}
