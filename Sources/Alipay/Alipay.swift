/// Alipay's OpenAPI for schools: 一脸通行, vending and profit sharing.
///
/// Nothing is built yet; the target keeps its place in the graph, below the gateway and out of the sandbox's
/// reach.
public enum Alipay {}
