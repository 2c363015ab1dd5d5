using DaemonRpc.Tool.Commands;

if (OperatingSystem.IsWindows())
{
    Console.Error.WriteLine("daemonrpc: DaemonRpc has no daemons on Windows. Use it on Linux or macOS.");
    return ExitCode.Failed;
}

return await CommandLine.RunAsync(args);
