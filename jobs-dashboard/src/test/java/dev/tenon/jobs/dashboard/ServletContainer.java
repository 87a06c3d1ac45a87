package dev.tenon.jobs.dashboard;

import jakarta.servlet.Servlet;
import java.io.File;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Containers with few threads, which let go of clients that take nothing for three seconds. */
enum ServletContainer {
  TOMCAT {
    @Override
    Running start(Servlet servlet, boolean isAsyncSupported, String contextPath, String mapping) {
      Connector connector = new Connector();
      connector.setPort(0);
      connector.setProperty("address", HOST);
      connector.setProperty("maxThreads", "4");
      connector.setProperty("connectionTimeout", String.valueOf(TIMEOUT_MILLIS));
      Tomcat tomcat = new Tomcat();
      tomcat.setBaseDir(new File("target/tomcat").getAbsolutePath());
      tomcat.setConnector(connector);
      Context context = tomcat.addContext(contextPath, null);
      Wrapper wrapper = Tomcat.addServlet(context, "dashboard", servlet);
      wrapper.setAsyncSupported(isAsyncSupported);
      context.addServletMappingDecoded(mapping, "dashboard");
      try {
        tomcat.start();
      } catch (LifecycleException e) {
        throw new IllegalStateException(e);
      }
      return new Running(
          connector.getLocalPort(),
          () -> {
            tomcat.stop();
            tomcat.destroy();
          });
    }
  },
  JETTY {
    @Override
    Running start(Servlet servlet, boolean isAsyncSupported, String contextPath, String mapping) {
      // One accepts, one selects
      Server server = new Server(new QueuedThreadPool(6));
      ServerConnector connector = new ServerConnector(server, 1, 1);
      connector.setHost(HOST);
      connector.setIdleTimeout(TIMEOUT_MILLIS);
      server.addConnector(connector);
      ServletContextHandler context =
          new ServletContextHandler(contextPath.isEmpty() ? "/" : contextPath);
      ServletHolder holder = new ServletHolder(servlet);
      holder.setAsyncSupported(isAsyncSupported);
      context.addServlet(holder, mapping);
      server.setHandler(context);
      try {
        server.start();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      return new Running(connector.getLocalPort(), server::stop);
    }
  };

  static final String HOST = "127.0.0.1";

  private static final int TIMEOUT_MILLIS = 3_000;

  /**
   * Starts one with a servlet.
   *
   * @param contextPath where the application is; empty for the root
   * @param mapping where the servlet is in it
   */
  abstract Running start(
      Servlet servlet, boolean isAsyncSupported, String contextPath, String mapping);

  /** A container that runs. */
  record Running(int port, Stop stop) {}

  /** Stops a container. */
  interface Stop {
    void run() throws Exception;
  }
}
