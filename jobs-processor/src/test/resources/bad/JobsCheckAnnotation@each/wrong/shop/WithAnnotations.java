package shop;

import dev.tenon.jobs.annotation.CheckedBy;

@CheckedBy(Check.class)
@interface WithAnnotations {
  Deprecated one();

  SuppressWarnings[] many();
}
