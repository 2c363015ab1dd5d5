using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using DaemonRpc.CodeGen;
using DaemonRpc.Serialization;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>The methods of <see cref="FuzzDispatcher"/>: one for each shape of a call.</summary>
internal enum FuzzMethod : uint
{
    Echo = 1,
    Stream = 2,
    Work = 3,
    Fail = 4,
    Import = 5,
    Convert = 6,
    Ask = 7,
    Wait = 8,
    Yield = 9,
    Files = 10,
    Values = 11,
    AskOn = 12,
    Open = 13,
}

/// <summary>Stands for a contract with every shape, and for what the generator would write for it. Takes what it gets and gives it back.</summary>
internal sealed class FuzzDispatcher(DaemonContext context) : Dispatcher
{
    private const int MostItems = 50;

    public static DaemonContract Contract { get; } = new()
    {
        Id = "runtime.tests.fuzz",
        Interface = typeof(FuzzMethod),
        BuildTimestampTicks = 638_000_000_000_000_000,
        Faults = [FaultType.Of<string>()],
        PassesDescriptors = true,
    };

    public override object Target => this;

    public override string? NameOf(uint method) => Enum.IsDefined((FuzzMethod)method) ? $"{(FuzzMethod)method}Async" : null;

    public override async ValueTask DispatchAsync(uint method, ArgumentReader arguments, ReplyWriter reply)
    {
        switch ((FuzzMethod)method)
        {
            case FuzzMethod.Echo:
                reply.Result(arguments.Next<string>());
                return;

            case FuzzMethod.Stream:
                await reply.StreamAsync(CountAsync(arguments.Next<int>(), arguments.Next<byte[]>()));
                return;

            case FuzzMethod.Work:
                reply.Result(Work(arguments.NextProgress<string>(), arguments.NextProgress<byte[]>()));
                return;

            case FuzzMethod.Fail:
                var fault = new DaemonFaultException<string>(arguments.Next<string>());
                reply.Fault(fault);
                throw fault;

            case FuzzMethod.Import:
                (IAsyncEnumerable<byte[]> pieces, IAsyncEnumerable<string> words) = (arguments.NextStream<byte[]>(), arguments.NextStream<string>());
                CancellationToken cancellationToken = arguments.CancellationToken;
                reply.Result(await Task.WhenAll(LengthAsync(pieces, cancellationToken), LengthAsync(words, cancellationToken)));
                return;

            case FuzzMethod.Convert:
                await reply.StreamAsync(arguments.NextStream<string>().Select(static word => word + "!"));
                return;

            case FuzzMethod.Ask:
                reply.Result(await AskAsync(Callback(arguments), arguments.NextProgress<string>(), arguments.CancellationToken));
                return;

            case FuzzMethod.Wait:
                context.Status.Report("It waits.", 0.5);
                await Task.Delay(Timeout.Infinite, arguments.CancellationToken);
                return;

            case FuzzMethod.Yield:
                for (int times = Math.Min(arguments.Next<int>(), MostItems); times > 0; times--)
                {
                    await context.YieldAsync(arguments.CancellationToken);
                }

                reply.Result();
                return;

            case FuzzMethod.Files:
                reply.Result(await FilesAsync(
                    arguments.NextFile(), arguments.NextByteStream(), arguments.NextPipeReader(), arguments.NextPipeWriter(), arguments.NextDuplexPipe(), arguments.CancellationToken));
                return;

            case FuzzMethod.Open:
                await reply.OpenAsync(StreamOf(arguments.Next<int>()));
                return;

            case FuzzMethod.Values:
                reply.Result($"{arguments.Next<DateTime>()} {arguments.Next<decimal>()} {arguments.Next<bool>()} {arguments.Next<int[]>()?.Length} {arguments.Next<TimeOnly?>()} {arguments.Next<byte[]>()?.Length}");
                return;

            default:
                await reply.StreamAsync(AskOnAsync(Callback(arguments), arguments.CancellationToken));
                return;
        }
    }

    private static Stream? StreamOf(int kind) => kind switch
    {
        0 => null,
        1 => new MemoryStream(new byte[1000]),
        2 => File.OpenRead("/dev/null"),
        _ => new BrotliStream(new MemoryStream(), CompressionMode.Compress),
    };

    private static IQuestions Callback(ArgumentReader arguments) => arguments.NextCallback<IQuestions>(static channel => new QuestionsProxy(channel));

    private static async IAsyncEnumerable<byte[]> CountAsync(int count, byte[] item)
    {
        for (int number = 0; number < Math.Min(count, MostItems); number++)
        {
            if (number % 8 == 7)
            {
                await Task.Yield();
            }

            yield return item;
        }
    }

    private byte[] Work(IProgress<string>? words, IProgress<byte[]>? pieces)
    {
        context.Status.Report("It works.", 0.25);
        words?.Report("one");
        context.Logger.Log(LogLevel.Information, 7, "It works.", new InvalidDataException("As an example."), static (text, _) => text);
        pieces?.Report([1, 2, 3]);
        words?.Report($"{context.Caller.WorkingDirectory} {context.Caller.Environment.Count} {context.Caller.CultureName}");
        return [4, 5, 6];
    }

    private static async Task<int> LengthAsync<T>(IAsyncEnumerable<T>? items, CancellationToken cancellationToken) => items is null ? 0 : await items.CountAsync(cancellationToken);

    private static async Task<string> AskAsync(IQuestions? questions, IProgress<string>? words, CancellationToken cancellationToken)
    {
        if (questions is null)
        {
            return "";
        }

        Task<string> first = questions.AskAsync("one", cancellationToken).AsTask();
        Task<byte[]> second = questions.FetchAsync([1, 2]);
        words?.Report("between");
        Task<string> third = questions.AskAsync("three", CancellationToken.None).AsTask();
        await Task.WhenAll(first, second, third);
        return $"{await first} {(await second)?.Length} {await third}";
    }

    private static async IAsyncEnumerable<string> AskOnAsync(IQuestions questions, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int number = 0; number < 3; number++)
        {
            yield return await questions.AskAsync($"{number}", cancellationToken);
        }
    }

    private static async Task<string> FilesAsync(
        SafeFileHandle? file, Stream? stream, PipeReader? reader, PipeWriter? writer, IDuplexPipe? pipe, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[100];
        int read = file is null ? 0 : RandomAccess.Read(file, buffer, 0);
        if (stream is { CanRead: true })
        {
            read += await stream.ReadAsync(buffer, cancellationToken);
        }

        if (stream is { CanWrite: true })
        {
            await stream.WriteAsync(new byte[] { 1, 2 }, cancellationToken);
        }

        foreach (PipeReader source in new[] { reader, pipe?.Input }.OfType<PipeReader>())
        {
            ReadResult result = await source.ReadAsync(cancellationToken);
            read += (int)result.Buffer.Length;
            source.AdvanceTo(result.Buffer.End);
        }

        foreach (PipeWriter sink in new[] { writer, pipe?.Output }.OfType<PipeWriter>())
        {
            // Left for the end of the task to flush.
            buffer.AsSpan(0, 4).CopyTo(sink.GetSpan(4));
            sink.Advance(4);
        }

        return $"{read}";
    }
}
