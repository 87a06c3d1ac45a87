module shop {
  requires dev.tenon.jobs.runtime;

  opens shop to tools.jackson.databind;
}
