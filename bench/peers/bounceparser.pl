# `perl bounceparser.pl FOLDER SECONDS`: Mail::DeliveryStatus::BounceParser over the messages of a folder, loaded before the first is timed.
use strict;
use warnings;
use Mail::DeliveryStatus::BounceParser;
use Time::HiRes qw(time);

my ($folder, $seconds) = @ARGV;
opendir my $listing, $folder or die "$folder: $!";
my @messages = map {
    open my $file, '<:raw', "$folder/$_" or die "$_: $!";
    local $/ = undef;
    scalar <$file>;
} sort grep { !/^\./ } readdir $listing;

local $SIG{__WARN__} = sub { };
my ($found, $failed, @rounds);
my $end = time + $seconds;
do {
    ($found, $failed) = (0, 0);
    my $start = time;
    for my $message (@messages) {
        my $bounce = eval { Mail::DeliveryStatus::BounceParser->new($message, { report_non_bounces => 1 }) };
        if    ($@)                                       { $failed++ }
        elsif (grep { defined && /@/ } $bounce->addresses) { $found++ }
    }
    push @rounds, (time - $start) * 1000;
} while time < $end;

printf qq({"rounds":[%s],"found":%d,"failed":%d,"on":"%s, Perl %vd"}\n), join(',', @rounds), $found, $failed,
  $Mail::DeliveryStatus::BounceParser::VERSION, $^V;
