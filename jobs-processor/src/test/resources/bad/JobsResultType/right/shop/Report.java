package shop;

import java.util.List;

record Report(List<String> lines) {}
