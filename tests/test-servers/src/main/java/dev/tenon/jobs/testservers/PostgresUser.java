package dev.tenon.jobs.testservers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The user that PostgreSQL runs as: the one that runs the tests or, because PostgreSQL refuses to
 * run as root, the user {@code postgres} if that is root.
 */
final class PostgresUser {

  private static final String NAME = "postgres";

  private PostgresUser() {}

  /** Returns what to put before a command so that it runs as this user. */
  static List<String> prefix() {
    return isRoot()
        ? List.of("setpriv", "--reuid=" + NAME, "--regid=" + NAME, "--init-groups", "--")
        : List.of();
  }

  /** Makes this user the owner of a folder. */
  static void own(Path folder) {
    if (!isRoot()) {
      return;
    }
    try {
      Files.setOwner(
          folder,
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NAME));
    } catch (IOException e) {
      throw new TestServerException(
          "The tests run as root, but PostgreSQL refuses to: it needs the user '"
              + NAME
              + "', which the Debian package postgresql creates",
          e);
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }
}
