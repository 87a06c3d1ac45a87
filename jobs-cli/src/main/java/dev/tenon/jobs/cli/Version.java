package dev.tenon.jobs.cli;

import dev.tenon.jobs.internal.schema.Migrations;
import picocli.CommandLine.IVersionProvider;

/** The version of the command. */
final class Version implements IVersionProvider {

  Version() {}

  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "tenon" + (version == null ? "" : " " + version),
      "for version " + Migrations.VERSION + " of the schema"
    };
  }
}
