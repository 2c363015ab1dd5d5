using System.Runtime.Versioning;

// Daemons do not run there, and file modes do not exist.
[assembly: UnsupportedOSPlatform("windows")]
