package shop;

import com.fasterxml.jackson.annotation.JsonFormat;
import dev.tenon.jobs.annotation.JobType;
import java.net.InetSocketAddress;
import java.sql.Date;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

@JobType("shop.import")
record Import(
    Date day,
    InetSocketAddress server,
    Clock clock,
    List<Map.Entry<String, String>> entries,
    StringJoiner text,
    JsonNode document,
    JsonFormat.Value format,
    Comparable<String> limit) {}
