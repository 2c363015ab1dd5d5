namespace DaemonRpc;

/// <summary>Creates a handler for each task. The package DaemonRpc.Hosting has one; later rooms say what it must do.</summary>
internal abstract class HandlerSource;
