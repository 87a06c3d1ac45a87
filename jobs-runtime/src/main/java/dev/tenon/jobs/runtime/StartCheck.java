package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.internal.schema.Migrations;
import dev.tenon.jobs.internal.schema.Rights;
import dev.tenon.jobs.internal.schema.StartStore;
import dev.tenon.jobs.internal.schema.StartStore.History;
import dev.tenon.jobs.internal.schema.StartStore.Relation;
import dev.tenon.jobs.internal.schema.StartStore.Schema;
import dev.tenon.jobs.internal.schema.StartStore.Server;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that the runtime can work with a database: its server, its schema, and the rights of its
 * user. Each problem is reported with its fix. Thread-safe.
 */
final class StartCheck {

  static final Logger LOG = LoggerFactory.getLogger(JobsRuntime.class);

  /** The beginning of every message. */
  static final String PREFIX = "Tenon cannot start. ";

  private static final int MIN_VERSION = 14;
  private static final int MAX_TESTED_VERSION = 18;
  private static final int MAX_LISTED = 5;

  private final StartStore store;
  private final String schemaName;

  StartCheck(StartStore store, String schemaName) {
    this.store = store;
    this.schemaName = schemaName;
  }

  /** Checks the server. */
  Server server() {
    Server server = store.server();
    int major = server.version() / 10_000;
    if (major < MIN_VERSION) {
      throw problem(
          "The server is PostgreSQL %s. Tenon supports PostgreSQL %d to %d. Upgrade the server."
              .formatted(server.versionText(), MIN_VERSION, MAX_TESTED_VERSION));
    }
    if (major > MAX_TESTED_VERSION) {
      LOG.warn(
          "The server is PostgreSQL {}, but this version of Tenon was only tested with {} to {}. Tenon continues.",
          server.versionText(),
          MIN_VERSION,
          MAX_TESTED_VERSION);
    }
    if (server.standby()) {
      throw problem(
          "The server is a standby, which accepts no writes. Connect to the primary: name all servers in"
              + " the URL and add targetServerType=primary.");
    }
    if (server.readOnlyPool()) {
      throw problem(
          "The pool or the URL makes connections read-only. Remove setReadOnly(true) from the pool, or"
              + " readOnly=true from the URL.");
    }
    if (server.readOnly()) {
      throw problem(readOnly(server));
    }
    return server;
  }

  private static String readOnly(Server server) {
    String database = Rights.quoted(server.database());
    String user = Rights.quoted(server.user());
    String remedy =
        switch (server.readOnlySource()) {
          case "database" ->
              "It is set for the database: ALTER DATABASE %s RESET default_transaction_read_only;"
                  .formatted(database);
          case "user" ->
              "It is set for the user: ALTER ROLE %s RESET default_transaction_read_only;"
                  .formatted(user);
          case "database user" ->
              "It is set for the user in this database: ALTER ROLE %s IN DATABASE %s RESET default_transaction_read_only;"
                  .formatted(user, database);
          case "client", "session" ->
              "The client sets it: look at options in the URL, and at connectionInitSql and readOnly of the pool.";
          default ->
              "It is set in %s: ALTER SYSTEM RESET default_transaction_read_only, or edit postgresql.conf, then SELECT pg_reload_conf();"
                  .formatted(server.readOnlySource());
        };
    return "Transactions are read-only, because default_transaction_read_only is on. " + remedy;
  }

  /** Checks that migrations can run. */
  void beforeMigrations(Server server) {
    Schema schema = store.schema();
    if (!schema.exists()) {
      if (!server.createsSchemas()) {
        throw problem(
            "There is no schema '%s', and the user %s may not create it. Have its owner run: CREATE SCHEMA %s AUTHORIZATION %s;"
                .formatted(
                    schemaName,
                    server.user(),
                    Rights.quoted(schemaName),
                    Rights.quoted(server.user())));
      }
      return;
    }
    Relation history = schema.relations().get(Migrations.HISTORY);
    if (history == null) {
      if (!schema.relations().isEmpty()) {
        throw problem(
            "The schema '%s' has tables that Tenon did not create (%s), and no %s. Give Tenon its own schema, with schema(…)."
                .formatted(
                    schemaName,
                    listed(new TreeSet<>(schema.relations().keySet())),
                    Migrations.HISTORY));
      }
      requireCreate(schema, server);
      return;
    }
    if (!schema.usable() || !history.privileges().contains("SELECT")) {
      throw rightsMissing(
          server,
          List.of(
              grant("USAGE ON SCHEMA " + Rights.quoted(schemaName), server),
              grant(
                  "SELECT ON %s.%s".formatted(Rights.quoted(schemaName), Migrations.HISTORY),
                  server)));
    }
    History done = store.history();
    if (done.failed() != null) {
      throw problem(
          "The schema '%s' is half migrated: its %s says that %s failed. Restore the schema from a backup; or undo that migration by hand, delete its row there, and start again."
              .formatted(schemaName, Migrations.HISTORY, done.failed()));
    }
    if (done.version() < Migrations.VERSION) {
      requireCreate(schema, server);
      for (Relation relation : schema.relations().values()) {
        if (!relation.owned()) {
          throw problem(
              "The schema '%s' is at version %d; this version of Tenon needs %d. The user %s may not change its tables, which belong to %s. Start once as %s, or: GRANT %s TO %s;"
                  .formatted(
                      schemaName,
                      done.version(),
                      Migrations.VERSION,
                      server.user(),
                      relation.owner(),
                      relation.owner(),
                      Rights.quoted(relation.owner()),
                      Rights.quoted(server.user())));
        }
      }
    }
  }

  private void requireCreate(Schema schema, Server server) {
    if (!schema.usable() || !schema.creatable()) {
      throw rightsMissing(
          server, List.of(grant("USAGE, CREATE ON SCHEMA " + Rights.quoted(schemaName), server)));
    }
  }

  /** Checks that the schema is the one that this code needs, and that the user has these rights. */
  Server schema(Server server, Set<Rights> rights) {
    Schema schema = store.schema();
    if (!schema.exists()) {
      throw problem(
          "There is no schema '%s' in the database %s. Start once with migrate(true), which creates it, or name the right one with schema(…)."
              .formatted(schemaName, server.database()));
    }
    List<String> missing = new ArrayList<>(store.missing(schema));
    List<String> unknown = store.unknown(schema);
    int version = version(schema);
    if (missing.isEmpty()) {
      missing.addAll(store.missingFunctions());
    }
    // A newer version may have other functions for workers, which they know
    if (missing.isEmpty() && version <= Migrations.VERSION) {
      missing.addAll(store.missingWorkerFunctions());
    }
    if (!missing.isEmpty()) {
      throw problem(incomplete(schema, missing, version));
    }
    if (!unknown.isEmpty()) {
      throw problem(
          "The schema '%s' %s, and requires columns that this version of Tenon does not know (%s). Start the newer version of Tenon here too."
              .formatted(schemaName, atVersion(version), listed(unknown)));
    }
    List<String> grants = Rights.missing(schema, schemaName, server.user(), rights);
    if (!grants.isEmpty()) {
      throw rightsMissing(server, grants);
    }
    if (version > Migrations.VERSION) {
      LOG.info(
          "The schema '{}' is at version {}; this version of Tenon knows {}. A newer version has brought it up to date. Tenon continues, because the schema has everything that it needs.",
          schemaName,
          version,
          Migrations.VERSION);
    }
    return server;
  }

  private String incomplete(Schema schema, List<String> missing, int version) {
    if (!schema.relations().containsKey(Migrations.HISTORY)) {
      return schema.relations().isEmpty()
          ? "The schema '%s' is empty. Start once with migrate(true), which creates Tenon's tables in it."
              .formatted(schemaName)
          : "The schema '%s' lacks %s, and has no %s: it is not Tenon's. Name the right one with schema(…), or start once with migrate(true)."
              .formatted(schemaName, listed(missing), Migrations.HISTORY);
    }
    if (version > Migrations.VERSION) {
      return "The schema '%s' %s, and lacks what this version needs (%s). Start the newer version of Tenon here too."
          .formatted(schemaName, atVersion(version), listed(missing));
    }
    if (version < Migrations.VERSION) {
      return "The schema '%s' is at version %d, and lacks %s; this version of Tenon needs version %d. Start once with migrate(true)."
          .formatted(schemaName, version, listed(missing), Migrations.VERSION);
    }
    return "The schema '%s' lacks %s, although its %s says that all migrations have run. Something was dropped, or a backup was restored only in part. Restore the schema from a backup."
        .formatted(schemaName, listed(missing), Migrations.HISTORY);
  }

  private static String atVersion(int version) {
    return version > Migrations.VERSION
        ? "is at version %d, which a newer version of Tenon has created (this one knows %d)"
            .formatted(version, Migrations.VERSION)
        : "is not as this version of Tenon created it";
  }

  /** The version of the schema; the version of this code if the user may not read the history. */
  private int version(Schema schema) {
    Relation history = schema.relations().get(Migrations.HISTORY);
    return history == null || !schema.usable() || !history.privileges().contains("SELECT")
        ? Migrations.VERSION
        : store.history().version();
  }

  private static String grant(String what, Server server) {
    return "GRANT %s TO %s;".formatted(what, Rights.quoted(server.user()));
  }

  private JobsStartException rightsMissing(Server server, List<String> grants) {
    return problem(
        "The user %s lacks rights to the schema '%s'. Have its owner run:%n  %s"
            .formatted(
                server.user(), schemaName, String.join(System.lineSeparator() + "  ", grants)));
  }

  private static String listed(Collection<String> names) {
    String listed = String.join(", ", names.stream().limit(MAX_LISTED).toList());
    return names.size() > MAX_LISTED
        ? listed + " and " + (names.size() - MAX_LISTED) + " more"
        : listed;
  }

  static JobsStartException problem(String message) {
    return new JobsStartException(PREFIX + message, null);
  }
}
