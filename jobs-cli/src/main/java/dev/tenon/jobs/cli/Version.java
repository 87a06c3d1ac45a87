package dev.tenon.jobs.cli;

import dev.tenon.jobs.internal.schema.Migrations;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** The version of the command. */
final class Version implements IVersionProvider {

  Version() {}

  /** The number of the version; null if it was not packaged. */
  static @Nullable String number() {
    return Version.class.getPackage().getImplementationVersion();
  }

  @Override
  public String[] getVersion() {
    String version = number();
    return new String[] {
      "tenon" + (version == null ? "" : " " + version),
      "for version " + Migrations.VERSION + " of the schema"
    };
  }
}
