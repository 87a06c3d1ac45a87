package dev.tenon.jobs.runtime;

import dev.tenon.jobs.internal.sql.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/** A source of connections for Tenon's own pools. Thread-safe. */
interface ConnectionSource {

  /** Opens a connection with these options. */
  Connection open(ConnectionOptions options) throws SQLException;

  /** A data source that opens a connection with these options at each call. */
  default DataSource with(ConnectionOptions options) {
    return new PhysicalConnections(() -> open(options));
  }

  /** A source of connections to a URL. */
  static ConnectionSource of(String url, String user, String password) {
    return options -> {
      Properties properties = new Properties();
      properties.setProperty("user", user);
      properties.setProperty("password", password);
      return connect(url, properties, options);
    };
  }

  /**
   * Opens a connection to a URL. Options in the URL take precedence, except that each pool has its
   * own name.
   */
  static Connection connect(String url, Properties properties, ConnectionOptions options)
      throws SQLException {
    boolean severalHosts = DatabaseUrl.namesSeveralHosts(url);
    options.addTo(properties, severalHosts);
    Connection connection =
        DriverManager.getConnection(named(url, properties, options), properties);
    if (severalHosts && !DatabaseUrl.sets("socketTimeout", url)) {
      try {
        options.loggedIn(connection);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    }
    return connection;
  }

  /** The URL with the name of the pool, which is among the properties if the URL has none. */
  private static String named(String url, Properties properties, ConnectionOptions options) {
    Matcher named = ApplicationName.IN_URL.matcher(url);
    if (named.find()) {
      String name = options.applicationName(named.group(2));
      return url.substring(0, named.start(2)) + name + url.substring(named.end(2));
    }
    properties.setProperty(
        ApplicationName.PROPERTY,
        options.applicationName(properties.getProperty(ApplicationName.PROPERTY)));
    return url;
  }

  /** The names of connections. */
  final class ApplicationName {

    static final String PROPERTY = "ApplicationName";
    private static final Pattern IN_URL = Pattern.compile("([?&]ApplicationName=)([^&]*)");

    private ApplicationName() {}
  }
}
