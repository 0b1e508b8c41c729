/// Why a sandbox cannot start or go on. Each description is one sentence that says what to do.
public enum SandboxError: Error, Sendable, Equatable, CustomStringConvertible {
  case notLoopback(host: String)
  case noSuchPort(Int)
  case portInUse(Int)
  case cannotListen(host: String, port: Int, reason: String)
  case folder(path: String, reason: String)
  case damaged(path: String, reason: String)

  public var description: String {
    switch self {
    case .notLoopback(let host):
      "\(host) is not a loopback address; the sandbox has no passwords, so give --host 127.0.0.1."
    case .noSuchPort(let port):
      "\(port) is not a port; give --port a number from 0 (any free port) to 65535."
    case .portInUse(let port):
      "Port \(port) is already in use; stop the program that uses it or choose another with --port."
    case .cannotListen(let host, let port, let reason):
      "Cannot listen on \(host) port \(port) (\(reason)); choose others with --host and --port."
    case .folder(let path, let reason):
      "Cannot use \(path) (\(reason)); choose a writable folder with --data."
    case .damaged(let path, let reason):
      "\(path) cannot be read (\(reason)); restore it or start with an empty --data folder."
    }
  }
}
