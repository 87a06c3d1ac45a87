package shop;

import dev.tenon.jobs.annotation.JobType;

class Imports {
  @JobType(value = "shop.import", noRetryOn = {Open.class, Hidden.class})
  record Import(String file) {}

  static class Open extends Exception {
    private static final long serialVersionUID = 1;
  }

  private static class Hidden extends Exception {
    private static final long serialVersionUID = 1;
  }
}
