// Picocli reads and sets the fields of the options.
/** The command {@code tenon}. */
module dev.tenon.jobs.cli {
  requires dev.tenon.jobs.dashboard;
  requires dev.tenon.jobs.runtime;
  requires com.zaxxer.hikari;
  requires info.picocli;
  requires java.sql;

  opens dev.tenon.jobs.cli to
      info.picocli;
}
