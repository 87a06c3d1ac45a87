module shop {
  requires dev.tenon.jobs.runtime;

}
