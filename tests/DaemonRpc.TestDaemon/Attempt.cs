using System.Globalization;

namespace DaemonRpc.TestDaemon;

/// <summary>A client that tells in one line how far it came, for tests in which it must not come far.</summary>
internal static class Attempt
{
    public static async Task<int> RunAsync(string[] args)
    {
        string how = await DescribeAsync(args);
        Console.WriteLine(how);
        return how.StartsWith("connected ", StringComparison.Ordinal) ? 0 : 3;
    }

    public static async Task<string> DescribeAsync(string[] args)
    {
        try
        {
            await using TestServiceClient client = await TestServiceClient.ConnectAsync(ClientCommand.Options(args));
            int sum = await client.AddAsync(1, 2);
            return string.Create(CultureInfo.InvariantCulture, $"connected {client.Daemon.ProcessId} {client.Daemon.Origin} {sum}");
        }
        catch (DaemonException exception)
        {
            return $"{exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}";
        }
    }
}
