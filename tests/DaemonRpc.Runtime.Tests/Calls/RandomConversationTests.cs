using System.Runtime.CompilerServices;
using CsCheck;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>Streams from the caller, questions, reports and log messages, of any values in any order, over a real socket: both ends see what the other gave.</summary>
public sealed class RandomConversationTests : IAsyncLifetime
{
    private static readonly Gen<string> s_text = Gen.String[Gen.Char[' ', '\ud7ff'], 0, 40];

    private static readonly Gen<byte[]> s_bytes = Gen.Frequency((12, Gen.Byte.Array[0, 300]), (1, Gen.Select(Gen.Byte, Gen.Int[20_000, 150_000], Filled)));

    private readonly ForegroundDaemon _daemon = new();
    private readonly HeardLog _log = new();
    private SampleClient? _client;

    private SampleClient Client => _client!;

    public async ValueTask InitializeAsync() => _client = await _daemon.ConnectAsync(new DaemonClientOptions { LoggerFactory = _log, TaskLogLevel = LogLevel.Information });

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _daemon.DisposeAsync();
        _log.Dispose();
    }

    /// <summary>A handler takes from two streams in any order, and leaves each at any place; each may fail at any place.</summary>
    [Fact]
    public Task Handler_sees_of_each_stream_what_it_takes_and_every_enumerator_ends() =>
        Gen.Select(SourceOf(s_bytes), SourceOf(s_text), Gen.Bool.Array[0, 60], Gen.Bool).SampleAsync(
            async (pieces, words, steps, drains) =>
            {
                Taken<byte[]>? piece = null;
                Taken<string>? word = null;
                _daemon.Handler.Import = async (callersPieces, callersWords, cancellationToken) =>
                {
                    piece = new Taken<byte[]>(callersPieces!.GetAsyncEnumerator(cancellationToken));
                    word = new Taken<string>(callersWords!.GetAsyncEnumerator(cancellationToken));
                    await using (piece)
                    await using (word)
                    {
                        foreach (bool isPiece in steps)
                        {
                            await (isPiece ? piece.TakeAsync() : word.TakeAsync());
                        }

                        while (drains && !(piece.HasEnded && word.HasEnded))
                        {
                            await piece.TakeAsync();
                            await word.TakeAsync();
                        }
                    }

                    return $"{piece.Items.Count} {word.Items.Count}";
                };

                string result = await Client.ImportAsync(pieces.YieldAsync(), words.YieldAsync());

                Assert.Equal($"{piece!.Items.Count} {word!.Items.Count}", result);
                Check(pieces, piece, drains ? int.MaxValue : steps.Count(static isPiece => isPiece));
                Check(words, word, drains ? int.MaxValue : steps.Count(static isPiece => !isPiece));
                Patience.Until(() => pieces.IsAtRest && words.IsAtRest);
            },
            iter: 60,
            threads: 1);

    /// <summary>A consumer leaves a stream of the daemon, which is made of its own, at any place.</summary>
    [Fact]
    public Task Stream_made_of_the_callers_stream_brings_what_the_consumer_takes() =>
        Gen.Select(SourceOf(s_text), Gen.Int[0, 70], Gen.Bool).SampleAsync(
            async (words, most, logs) =>
            {
                int logged = _log.All.Length;
                _daemon.Handler.Convert = (callersWords, cancellationToken) => callersWords.Select((word, number) =>
                {
                    if (logs)
                    {
                        Say($"{number}");
                    }

                    return word + "!";
                });
                var taken = new List<string>();
                Exception? failure = null;
                try
                {
                    if (most > 0)
                    {
                        await foreach (string word in Client.ConvertAsync(words.YieldAsync()))
                        {
                            taken.Add(word);
                            if (taken.Count == most)
                            {
                                break;
                            }
                        }
                    }
                }
                catch (InvalidDataException own)
                {
                    failure = own;
                }

                Assert.Equal(words.Items.Take(Math.Min(most, words.Before)).Select(static word => word + "!"), taken);
                Assert.Equal(most > words.Before && words.Fails, failure is not null);
                string[] heard = [.. _log.Texts.Skip(logged)];
                Assert.Equal(Enumerable.Range(0, heard.Length).Select(static number => $"{number}"), heard);
                Assert.True(!logs || heard.Length >= taken.Count, $"{heard.Length} messages came with {taken.Count} items.");
                Patience.Until(() => words.IsAtRest);
                Assert.Equal("on", await Client.EchoAsync("on"));
            },
            iter: 60,
            threads: 1);

    /// <summary>A handler reports, logs and asks in any order, several at a time too, and questions fail.</summary>
    [Fact]
    public Task Caller_hears_reports_messages_and_questions_in_their_order_and_handler_its_answers() =>
        Gen.Select(Gen.Enum<What>(), s_text, s_bytes).Array[0, 40].SampleAsync(
            async steps =>
            {
                var heard = new List<string>();
                var answers = new List<string>();
                _log.OnMessage = message => Add("log " + message.Text);
                _daemon.Handler.Ask = async (questions, words, cancellationToken) =>
                {
                    foreach ((What what, string text, byte[] bytes) in steps)
                    {
                        switch (what)
                        {
                            case What.Report:
                                words!.Report(text);
                                break;
                            case What.Log:
                                Say(text);
                                break;
                            case What.Ask:
                                answers.Add(await questions.AskAsync(text, cancellationToken));
                                break;
                            case What.AskSeveral:
                                answers.AddRange(await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => questions.AskAsync(text, cancellationToken).AsTask())));
                                break;
                            case What.AskInVain:
                                answers.Add((await Assert.ThrowsAnyAsync<DaemonRemoteException>(async () => await questions.AskAsync("fail " + text, cancellationToken))).Message);
                                break;
                            default:
                                answers.Add(Text(await questions.FetchAsync(bytes)));
                                break;
                        }
                    }

                    return "end";
                };

                string end = await Client.AskAsync(
                    new Questions
                    {
                        OnAsk = async (question, _) =>
                        {
                            Add("ask " + question);
                            await Task.Yield();
                            return question.StartsWith("fail ", StringComparison.Ordinal) ? throw new InvalidDataException($"No {question}") : $"{question}?";
                        },
                        OnFetch = wanted =>
                        {
                            Add("fetch " + Text(wanted));
                            return Task.FromResult<byte[]>([.. wanted.Reverse()]);
                        },
                    },
                    new Received<string> { OnReport = report => Add("report " + report) });

                Assert.Equal("end", end);
                Assert.Equal(steps.SelectMany(static step => step switch
                {
                    (What.Report, string text, _) => ["report " + text],
                    (What.Log, string text, _) => ["log " + text],
                    (What.Ask, string text, _) => ["ask " + text],
                    (What.AskSeveral, string text, _) => Enumerable.Repeat("ask " + text, 3),
                    (What.AskInVain, string text, _) => ["ask fail " + text],
                    (_, _, byte[] bytes) => ["fetch " + Text(bytes)],
                }), heard);
                Assert.Equal(steps.SelectMany(static step => step switch
                {
                    (What.Report or What.Log, _, _) => [],
                    (What.Ask, string text, _) => [text + "?"],
                    (What.AskSeveral, string text, _) => Enumerable.Repeat(text + "?", 3),
                    (What.AskInVain, string text, _) => ["No fail " + text],
                    (_, _, byte[] bytes) => new[] { Text([.. bytes.Reverse()]) },
                }), answers);

                void Add(string line)
                {
                    lock (heard)
                    {
                        heard.Add(line);
                    }
                }
            },
            iter: 60,
            threads: 1);

    private static Gen<Source<T>> SourceOf<T>(Gen<T> item) => Gen.Select(item.Array[0, 60], Gen.Int[-60, 60], Gen.Int[1, 9], static (items, failsAt, pause) => new Source<T>(items, failsAt, pause));

    private static byte[] Filled(byte value, int length)
    {
        byte[] bytes = new byte[length];
        Array.Fill(bytes, value);
        return bytes;
    }

    private static string Text(byte[] bytes) => $"{bytes.Length} {Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 20)))}";

    private static void Check<T>(Source<T> source, Taken<T> taken, int wanted)
    {
        Assert.Equal(source.Items.Take(Math.Min(wanted, source.Before)), taken.Items);
        Assert.Equal(source.Fails && wanted > source.Before ? $"At {source.Before}." : null, taken.Failure);
    }

    private void Say(string text) => _daemon.Handler.Context!.Logger.Log(LogLevel.Information, 0, text, null, static (text, _) => text);

    private enum What
    {
        Report,
        Log,
        Ask,
        AskSeveral,
        AskInVain,
        Fetch,
    }

    /// <summary>A stream of the caller's.</summary>
    /// <param name="items">What it has.</param>
    /// <param name="failsAt">Before which item it fails; below zero for none.</param>
    /// <param name="pause">After how many items it does not have the next at once.</param>
    private sealed class Source<T>(T[] items, int failsAt, int pause)
    {
        private int _begun;
        private int _ended;

        public T[] Items => items;

        public bool Fails => failsAt >= 0 && failsAt <= items.Length;

        /// <summary>How many items come before its end.</summary>
        public int Before => Fails ? failsAt : items.Length;

        public bool IsAtRest => Volatile.Read(ref _begun) == Volatile.Read(ref _ended);

        public async IAsyncEnumerable<T> YieldAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            _ = Interlocked.Increment(ref _begun);
            try
            {
                for (int number = 0; number < Before; number++)
                {
                    if (number % pause == 0)
                    {
                        await Task.Yield();
                    }

                    yield return items[number];
                }

                if (Fails)
                {
                    throw new InvalidDataException($"At {Before}.");
                }
            }
            finally
            {
                _ = Interlocked.Increment(ref _ended);
            }
        }
    }

    /// <summary>What the handler took of a stream.</summary>
    private sealed class Taken<T>(IAsyncEnumerator<T> items) : IAsyncDisposable
    {
        public List<T> Items { get; } = [];

        public string? Failure { get; private set; }

        public bool HasEnded { get; private set; }

        public async Task TakeAsync()
        {
            if (HasEnded)
            {
                return;
            }

            try
            {
                HasEnded = !await items.MoveNextAsync();
                if (!HasEnded)
                {
                    Items.Add(items.Current);
                }
            }
            catch (DaemonRemoteException failure)
            {
                HasEnded = true;
                Failure = failure.Message;
            }
        }

        public ValueTask DisposeAsync() => items.DisposeAsync();
    }
}
