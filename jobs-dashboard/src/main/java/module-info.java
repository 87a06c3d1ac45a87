/** Web pages for people who operate jobs. */
// The jar of internal libraries has no module descriptor; docs/decisions/0008 says what follows.
@SuppressWarnings("requires-automatic")
module dev.tenon.jobs.dashboard {
  requires transitive dev.tenon.jobs.runtime;
  requires dev.tenon.jobs.libraries;
  requires static io.jstach.jstache;
  // Not transitive: applications without the servlet would need it to compile
  requires static jakarta.servlet;
  requires io.jstach.jstachio;
  requires jdk.httpserver;
  requires org.slf4j;

  exports dev.tenon.jobs.dashboard;
}
