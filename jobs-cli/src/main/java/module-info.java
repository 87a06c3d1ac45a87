// Picocli reads and sets the fields of the options.
// The MCP SDK and Reactor have no module descriptors.
/** The command {@code tenon}. */
@SuppressWarnings("requires-automatic")
module dev.tenon.jobs.cli {
  requires dev.tenon.jobs.dashboard;
  requires dev.tenon.jobs.libraries;
  requires dev.tenon.jobs.runtime;
  // The classes of the MCP SDK have its annotations
  requires static com.fasterxml.jackson.annotation;
  requires com.zaxxer.hikari;
  requires info.picocli;
  requires io.modelcontextprotocol.sdk.mcp.core;
  requires java.sql;
  requires jdk.httpserver;
  requires org.reactivestreams;
  requires reactor.core;

  opens dev.tenon.jobs.cli to
      info.picocli;

  uses dev.tenon.jobs.definition.ModuleDefinition;
}
